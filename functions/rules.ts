import { createRegistry, kinds, type Registry, registry } from '../domain/registry.ts';

/** Written here by the bundler, on this machine alone: see infra/bundle.ts. */
declare const RULES_HASH: string | undefined;

/**
 * The kinds, for who folds their rooms. On the machine of who writes rules they have a hash: a room is folded afresh when its recorded
 * state is of rules that were others, though of the same version.
 */
export const rules: Registry =
  typeof RULES_HASH === 'string' ? createRegistry(kinds.map((kind) => ({ ...kind, hash: RULES_HASH }))) : registry;
