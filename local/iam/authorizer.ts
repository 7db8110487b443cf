import { AwsError, account, type Call, type Caller, type Graph } from '../aws.ts';
import { createNeeds, type Need } from './needs.ts';
import { type Role, readRoles } from './policies.ts';
import { isOwner, type ResourcePolicy, readResourcePolicies } from './resource-policies.ts';
import type { Statement } from './statement.ts';

type FunctionCaller = Extract<Caller, { kind: 'function' }>;
/** Which policy denies a call: one of its caller's role, or one of the resource. */
type Decision = 'allowed' | 'denied to the identity' | 'denied by the resource' | 'not allowed';

/** What roles were allowed so far, each once: by the name of the role, actions and what they were about. */
export type Permissions = Readonly<Record<string, readonly string[]>>;

export interface Authorizer {
  /** Throws an AwsError AccessDeniedException for a call that the policies of its function's role, and of what it is about, do not allow. */
  authorize(call: Call): void;
  permissions(): Permissions;
}

/**
 * Checks calls as IAM does within one account, with the policies of roles, queues and buckets: what none of them allows is denied,
 * and a denial outweighs all else. An operator may do everything.
 *
 * Throws one sentence when the graph has a policy that cannot be evaluated here.
 */
export const createAuthorizer = (graph: Graph): Authorizer => {
  const roles = readRoles(graph);
  const resourcePolicies = readResourcePolicies(graph);
  const needsOf = createNeeds(graph);
  const decisions = new Map<string, Decision>();
  const used = new Map<string, Set<string>>();

  const note = (role: Role, { action, resource, family = resource }: Need): void => {
    // Of objects in a bucket there is no end: those of a folder count together.
    const about = action.startsWith('s3:') ? family.replace(/^([^/]+(?:\/[^/]+(?=\/))?)\/.*$/, '$1/*') : family;
    const own = used.get(role.name) ?? new Set();
    used.set(role.name, own.add(`${action} ${about}`));
  };

  const decide = (role: Role | undefined, { action, resource, family = resource }: Need): Decision => {
    if (role === undefined) return 'not allowed';
    const key = `${role.name} ${action} ${family}`;
    const before = decisions.get(key);
    if (before !== undefined) return before;
    const decision = evaluate(role, resourcePolicies, action, resource);
    // Objects in buckets have names without end; deciding on them anew costs less than remembering them all.
    if (!action.startsWith('s3:')) decisions.set(key, decision);
    return decision;
  };

  return {
    authorize: (call) => {
      const { caller } = call;
      if (caller.kind === 'operator') return;
      const role = roles.get(caller.role);
      for (const need of needsOf(call)) {
        const decision = decide(role, need);
        if (decision !== 'allowed') throw accessDenied(caller, role, call, need, decision);
        if (role) note(role, need);
      }
    },
    permissions: () => Object.fromEntries(Array.from(used, ([role, all]) => [role, [...all].toSorted()])),
  };
};

const evaluate = (
  role: Role,
  resourcePolicies: readonly ResourcePolicy[],
  action: string,
  resource: string,
): Decision => {
  const effectsOf = (statements: readonly Statement[]) =>
    statements.filter((statement) => statement.about(action, resource)).map(({ effect }) => effect);
  const ofIdentity = effectsOf(role.statements);
  const ofResource = effectsOf(
    resourcePolicies
      .filter((policy) => isOwner(policy, resource))
      .flatMap(({ statements }) => statements.filter(({ names }) => names(role.arn))),
  );
  if (ofIdentity.includes('Deny')) return 'denied to the identity';
  if (ofResource.includes('Deny')) return 'denied by the resource';
  return [...ofIdentity, ...ofResource].includes('Allow') ? 'allowed' : 'not allowed';
};

const reasons: Readonly<Record<Exclude<Decision, 'allowed'>, (action: string) => string>> = {
  'denied to the identity': () => 'with an explicit deny in an identity-based policy',
  'denied by the resource': () => 'with an explicit deny in a resource-based policy',
  'not allowed': (action) => `because no identity-based policy allows the ${action} action`,
};

/** In AWS's words, which say what to grant on what. The REST services answer 403, those with the JSON protocol 400. */
const accessDenied = (
  caller: FunctionCaller,
  role: Role | undefined,
  { service }: Call,
  { action, resource }: Need,
  decision: Exclude<Decision, 'allowed'>,
): AwsError => {
  const user = `arn:aws:sts::${account}:assumed-role/${role?.name ?? caller.role}/${caller.name}`;
  const status = service === 's3' || service === 'execute-api' ? 403 : 400;
  return new AwsError(
    service === 's3' ? 'AccessDenied' : 'AccessDeniedException',
    `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${reasons[decision](action)}`,
    status,
  );
};
