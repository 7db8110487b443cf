import { account, type Graph, type Resource, resourcesOf } from '../aws.ts';

const escaped = (text: string): string => text.replace(/[.+^${}()|[\]\\]/g, '\\$&');

/** One part of an ARN: `*` stands for any text, `?` for one character. */
const partMatches = (pattern: string, part: string): boolean =>
  new RegExp(`^${escaped(pattern).replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(part);

/** The six parts of an ARN; what follows the fifth colon is one. */
const partsOf = (arn: string): string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
};

/**
 * IAM's ArnLike, by which Lambda compares a permission's source: each of the six parts for itself.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const arnLike = (pattern: string, arn: string): boolean => {
  const parts = partsOf(arn);
  return partsOf(pattern).every((part, index) => partMatches(part, parts[index] ?? ''));
};

/** A permission names its function by ARN, by partial ARN or by name, each with the version or alias where there is one. */
const namesOf = (functionArn: string): readonly string[] => {
  const [, , , , owner, , ...name] = functionArn.split(':');
  return [functionArn, `${owner}:function:${name.join(':')}`, `function:${name.join(':')}`, name.join(':')];
};

const lets = (permission: Resource, functionArn: string, sourceArn: string, service: string): boolean => {
  const { function: target, principal, action, qualifier, sourceArn: source, sourceAccount } = permission.inputs;
  // One on a version or an alias says nothing of the function itself, nor one on the function of them.
  const permitted = typeof qualifier === 'string' ? `${target}:${qualifier}` : target;
  return (
    namesOf(functionArn).includes(String(permitted)) &&
    (principal === service || principal === '*') &&
    (action === 'lambda:InvokeFunction' || action === 'lambda:*') &&
    (typeof source !== 'string' || arnLike(source, sourceArn)) &&
    (typeof sourceAccount !== 'string' || sourceAccount === account)
  );
};

/**
 * Whether a function's resource policy lets a service, API Gateway unless another is named, invoke it for a source.
 * @param sourceArn of a route, `arn:aws:execute-api:<region>:<account>:<api id>/<stage>/<route key>`, or of a bucket.
 */
export const mayInvoke = (
  graph: Graph,
  functionArn: string,
  sourceArn: string,
  service = 'apigateway.amazonaws.com',
): boolean =>
  resourcesOf(graph, 'aws:lambda/permission:Permission').some((permission) =>
    lets(permission, functionArn, sourceArn, service),
  );
