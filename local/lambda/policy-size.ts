import { account, type Graph, type Resource, region, resourcesOf } from '../aws.ts';

/** The most that the resource policy of a function, or of an alias of it, has, in bytes. Source: Lambda quotas, "Function resource-based policy". */
const most = 20 * 1024;

/** A permission as it stands in the policy. */
const statementOf = ({ name, inputs }: Resource, functionArn: string): object => {
  const { statementId, action, principal, sourceArn, sourceAccount } = inputs;
  return {
    // What the provider makes up has 36 characters.
    Sid: statementId ?? name.padEnd(36, '.').slice(0, 36),
    Effect: 'Allow',
    Principal: { Service: principal },
    Action: action,
    Resource: functionArn,
    Condition: {
      ...(sourceAccount != null && { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
      ...(sourceArn != null && { ArnLike: { 'AWS:SourceArn': sourceArn } }),
    },
  };
};

/**
 * Each permission adds a statement to its function's policy, or to that of a version or an alias.
 * @throws Error for one that outgrows what AWS takes: there, it would fail half-way through a deployment.
 */
export const checkPolicySizes = (graph: Graph): void => {
  const permissions = Map.groupBy(
    resourcesOf(graph, 'aws:lambda/permission:Permission'),
    ({ inputs }) => `${inputs.function}${inputs.qualifier == null ? '' : `:${inputs.qualifier}`}`,
  );
  for (const [target, all] of permissions) {
    const arn = target.startsWith('arn:') ? target : `arn:aws:lambda:${region}:${account}:function:${target}`;
    const policy = { Version: '2012-10-17', Id: 'default', Statement: all.map((each) => statementOf(each, arn)) };
    const bytes = Buffer.byteLength(JSON.stringify(policy));
    if (bytes > most)
      throw new Error(
        `The ${all.length} aws.lambda.Permissions of ${target} make a policy of ${bytes} bytes, and AWS takes ${most}: let one cover more, as with a sourceArn that ends in /*.`,
      );
  }
};
