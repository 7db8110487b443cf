import { type Graph, type Resource, resourcesOf } from '../aws.ts';
import { readStatements, type Statement } from './statement.ts';

/** A role, and all that its policies say. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly statements: readonly Statement[];
}

/** AWS's own policies that are about CloudWatch Logs only, which no call that comes through here is. */
const aboutLogs = new Set(['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']);

/**
 * The roles of a graph, each by its name and by its ARN: inline policies, policies of their own, and attached ones.
 *
 * Throws one sentence for a policy that cannot be evaluated, AWS's managed ones included: their text is not here.
 */
export const readRoles = (graph: Graph): ReadonlyMap<string, Role> => {
  const managed = new Map(
    resourcesOf(graph, 'aws:iam/policy:Policy').map((policy) => [policy.outputs.arn, statementsOf(policy)]),
  );
  const attached = (role: string, arn: unknown): Statement[] => {
    const statements = managed.get(arn);
    if (statements !== undefined) return statements;
    if (aboutLogs.has(String(arn))) return [];
    throw new Error(
      `The local runtime does not have the policy ${arn} of the role “${role}”: grant its actions in a policy of the program.`,
    );
  };

  const policies = resourcesOf(graph, 'aws:iam/rolePolicy:RolePolicy');
  const attachments = resourcesOf(graph, 'aws:iam/rolePolicyAttachment:RolePolicyAttachment');
  return new Map(
    resourcesOf(graph, 'aws:iam/role:Role').flatMap((role) => {
      const names = [String(role.outputs.name), String(role.outputs.arn)] as const;
      const isOf = ({ inputs }: Resource) => names.some((name) => name === inputs.role);
      const statements = [
        ...listOf(role.inputs.inlinePolicies).flatMap((policy) => inlineStatements(names[0], policy)),
        ...listOf(role.inputs.managedPolicyArns).flatMap((arn) => attached(names[0], arn)),
        ...policies.filter(isOf).flatMap(statementsOf),
        ...attachments.filter(isOf).flatMap(({ inputs }) => attached(names[0], inputs.policyArn)),
      ];
      const read: Role = { name: names[0], arn: names[1], statements };
      return names.map((name) => [name, read] as const);
    }),
  );
};

const statementsOf = (policy: Resource): Statement[] => readStatements(policy.name, policy.inputs.policy);

const inlineStatements = (role: string, policy: unknown): Statement[] => {
  const { name, policy: document } = policy as { name?: string; policy?: unknown };
  // Pulumi takes one empty object for “no inline policies at all”.
  return document === undefined ? [] : readStatements(`${role}/${name}`, document);
};

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
