import { AwsError, account, type Call, type Caller, type Graph } from '../aws.ts';
import { createNeeds, type Need } from './needs.ts';
import { type Role, readRoles } from './policies.ts';

type FunctionCaller = Extract<Caller, { kind: 'function' }>;
type Decision = 'allowed' | 'denied' | 'not allowed';

/** Throws an AwsError AccessDeniedException for a call that the policies of its function's role do not allow. */
export type Authorize = (call: Call) => void;

/**
 * Checks calls as IAM does with identity-based policies: what no policy allows is denied, and a denial outweighs all else.
 * An operator may do everything.
 *
 * Throws one sentence when the graph has a policy that cannot be evaluated here.
 */
export const createAuthorizer = (graph: Graph): Authorize => {
  const roles = readRoles(graph);
  const needsOf = createNeeds(graph);
  const decisions = new Map<string, Decision>();

  const decide = (role: Role | undefined, { action, resource, family = resource }: Need): Decision => {
    if (role === undefined) return 'not allowed';
    const key = `${role.name} ${action} ${family}`;
    const before = decisions.get(key);
    if (before !== undefined) return before;
    const decision = evaluate(role, action, resource);
    // Objects in buckets have names without end; deciding on them anew costs less than remembering them all.
    if (!action.startsWith('s3:')) decisions.set(key, decision);
    return decision;
  };

  return (call) => {
    const { caller } = call;
    if (caller.kind === 'operator') return;
    const role = roles.get(caller.role);
    for (const need of needsOf(call)) {
      const decision = decide(role, need);
      if (decision !== 'allowed') throw accessDenied(caller, role, call, need, decision);
    }
  };
};

const evaluate = (role: Role, action: string, resource: string): Decision => {
  const effects = role.statements.filter((statement) => statement.about(action, resource)).map(({ effect }) => effect);
  if (effects.includes('Deny')) return 'denied';
  return effects.includes('Allow') ? 'allowed' : 'not allowed';
};

/** In AWS's words, which say what to grant on what. The REST services answer 403, those with the JSON protocol 400. */
const accessDenied = (
  caller: FunctionCaller,
  role: Role | undefined,
  { service }: Call,
  { action, resource }: Need,
  decision: Decision,
): AwsError => {
  const user = `arn:aws:sts::${account}:assumed-role/${role?.name ?? caller.role}/${caller.name}`;
  const because =
    decision === 'denied'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  const status = service === 's3' || service === 'execute-api' ? 403 : 400;
  return new AwsError(
    service === 's3' ? 'AccessDenied' : 'AccessDeniedException',
    `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${because}`,
    status,
  );
};
