import { kinds, registry, requests } from './registry.ts';

/** The routes of the WebSocket API beside `$connect`, `$disconnect` and `$default`, by the function that takes them. */
export const routes = { append: registry.actions, ...requests } as const;

/** All that a client may send as `action`. */
export const actionNames: readonly string[] = Object.values(routes).flat();

/** Whether a room can be among those that plain connections are members of: one of a kind, in the kind's own spelling. */
export const isRoom = (name: string): boolean => registry.find(name)?.room === name;

/** What a deployment has to know of a kind's rules: their version, and whether they can go on from a state of an older one. */
export interface RulesOutline {
  readonly name: string;
  readonly version: number;
  readonly upgrades: boolean;
}

export const rulesOutline: readonly RulesOutline[] = kinds.map(({ name, version = 1, upgrade }) => ({
  name,
  version,
  upgrades: upgrade !== undefined,
}));
