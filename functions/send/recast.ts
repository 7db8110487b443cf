import type { Registry } from '../../domain/registry.ts';
import type { Deliveries } from '../../store/deliveries.ts';
import type { Heads } from '../../store/heads.ts';
import type { Log } from '../../store/log.ts';
import type { Caster } from '../caster.ts';

/**
 * The queue keeps no order, and several senders run at once: a state may be posted after a newer one. Clients that look
 * at the version drop it, plain ones can't. So whoever has posted a state looks at the room's head afterwards. If nothing
 * was appended since, then every newer state will be posted later than ours. If something was, a newer state may have
 * come before ours: the room's latest state is cast once more a second later. Hence the last message is always the newest.
 */
export interface Asked {
  /** The version that had been posted. */
  readonly version: number;
  /** When it will come, in milliseconds since 1970. */
  readonly due: number;
  /** Seconds from asking until then. */
  readonly delay: number;
}

export interface RecastDeps {
  readonly registry: Registry;
  readonly heads: Pick<Heads, 'version'>;
  readonly log: Pick<Log, 'latest'>;
  readonly deliveries: Pick<Deliveries, 'queue'>;
  readonly cast: Caster;
  /** The recast that was last asked for from here, by room. */
  readonly asked: { get(room: string): Asked | undefined; set(room: string, asked: Asked): unknown };
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Seconds between a post that may have overtaken, and the recast. Longer each time while a room stays where it is. */
const shortest = 1;
const longest = 60;

/** Call it after `version` of a room was posted. A recast that is still to come serves all posts before it. */
export const checkOvertaken = async (
  { heads, deliveries, asked, now }: RecastDeps,
  room: string,
  version: number,
): Promise<boolean> => {
  if ((await heads.version(room)) <= version) return false;
  const last = asked.get(room);
  const left = (last?.due ?? 0) - now();
  const stuck = last?.version === version;
  if (left > 0 && (stuck || left <= shortest * 1000)) return false;
  const delay = stuck ? Math.min(2 * last.delay, longest) : shortest;
  const due = now() + delay * 1000;
  await deliveries.queue([{ recast: room }], delay);
  asked.set(room, { version, due, delay });
  return true;
};

/** Casts a room's latest state to all its members once more. */
export const recast = async ({ registry, log, cast }: RecastDeps, room: string): Promise<void> => {
  const kind = registry.kindOf(room);
  if (!kind) return;
  const { state, version } = await log.latest(room, kind);
  await cast({ room, kind, cast: { state, version, events: [] }, since: version }, { again: true });
};
