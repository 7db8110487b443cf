import type { Event, LoggedEvent } from '../../domain/event.ts';
import type { Kind } from '../../domain/kind.ts';
import { foldPage, type Latest } from '../../domain/page.ts';
import type { Connections } from '../../store/connections.ts';
import type { Log } from '../../store/log.ts';
import type { Caster } from '../caster.ts';
import { earlierOf, type RecentIds, readRecentIds } from './sent-again.ts';

/** What a warm function remembers of a room. Never trusted: the conditional commit tells when it is out of date. */
export interface Remembered {
  readonly latest: Latest;
  /** The last event whose cast was queued from here. */
  readonly castTo: number;
  /** Kept from the first action on that is sent again: reading the last minutes of a hot room takes seconds. */
  readonly ids?: RecentIds;
}

/** Rooms that a warm function remembers, by name. */
export interface Memory {
  get(room: string): Remembered | undefined;
  set(room: string, remembered: Remembered): unknown;
  delete(room: string): unknown;
}

export interface RoomDeps {
  readonly log: Pick<Log, 'latest' | 'commit' | 'pages' | 'page' | 'pagesSince'>;
  readonly connections: Pick<Connections, 'join'>;
  readonly cast: Caster;
  readonly memory: Memory;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What folding a batch of one room came to, for the log line and the metrics. */
export interface RoomFolded {
  readonly version: number;
  readonly events: number;
  readonly pages: number;
  readonly refused: number;
  /** How many events of the room never arrived. */
  readonly missing: number;
  readonly members: number;
}

/** Commits what is new of a batch, page by page, then queues the casts of all of it. Rejects if either can't be done. */
export const foldRoom = async (
  { log, connections, cast, memory, now }: RoomDeps,
  room: string,
  kind: Kind,
  batch: readonly Event[],
): Promise<RoomFolded> => {
  const remembered = memory.get(room);
  const castTo = remembered?.castTo ?? 0;
  const sentAgain = batch.filter((event) => event.retry);
  let ids = remembered?.ids?.inUse(now()) ? remembered.ids : undefined;
  const earlier = async () => {
    if (sentAgain.length === 0) return undefined;
    ids ??= await readRecentIds(log, room, now());
    return earlierOf(log, room, sentAgain, ids, now());
  };
  let latest = remembered?.latest ?? (await log.latest(room, kind));
  let countedBefore = latest.counted;
  let older = await earlier();

  const committed: LoggedEvent[] = [];
  let [pages, missing] = [0, 0];
  let rest: readonly Event[] = batch;
  while (rest.length > 0) {
    const folded = foldPage({ room, kind, latest, events: rest, ...(older && { older }), at: now() });
    if (!folded) break;
    if (await log.commit(folded.page)) {
      ({ latest, rest } = folded);
      ids?.add(folded.page.events, now());
      committed.push(...folded.page.events);
      pages += 1;
      missing += folded.page.missing?.reduce((sum, [first, last]) => sum + last - first + 1, 0) ?? 0;
    } else {
      latest = await log.latest(room, kind);
      ids = undefined;
      // What was remembered is out of date: others have told members of events after it, and our cast must not cover those.
      if (pages === 0) countedBefore = latest.counted;
      older = await earlier();
    }
  }

  const first = Math.min(...batch.map((event) => event.seq));
  const from = Math.max(first, castTo + 1);
  let members = 0;
  if (from <= latest.version) {
    const events = await castEvents(log, room, from, latest.version, committed);
    // An action that was sent again counted before: whoever sends it from a new connection is to be in as well.
    for (const event of events)
      if ((event.first ?? event).refused === undefined && kind.joins?.(event))
        await connections.join(room, event.connection);
    const since = Math.min(countedBefore, from - 1);
    members = await cast({ room, kind, cast: { state: latest.state, version: latest.version, events }, since });
  }
  memory.set(room, { latest, castTo: latest.version, ...(ids && { ids }) });
  const refused = committed.filter((event) => event.refused !== undefined).length;
  return { version: latest.version, events: committed.length, pages, refused, missing, members };
};

/** Events `from` to `to`: what was committed just now, and what an earlier fold committed whose casts may never have been queued. */
const castEvents = async (
  log: Pick<Log, 'pages'>,
  room: string,
  from: number,
  to: number,
  committed: readonly LoggedEvent[],
): Promise<readonly LoggedEvent[]> => {
  if ((committed[0]?.seq ?? Number.POSITIVE_INFINITY) <= from && committed.at(-1)?.seq === to) return committed;
  const pages = await log.pages(room, from, to);
  return pages.flatMap((page) => page.events.filter((event) => event.seq >= from && event.seq <= to));
};
