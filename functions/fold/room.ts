import pMap from 'p-map';
import type { Event, LoggedEvent } from '../../domain/event.ts';
import type { Kind } from '../../domain/kind.ts';
import { foldPage, type Latest } from '../../domain/page.ts';
import type { Connections } from '../../store/connections.ts';
import type { Log } from '../../store/log.ts';
import type { Caster } from '../caster.ts';
import { earlierOf, type RecentIds, recentIds } from './sent-again.ts';

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

/** Members that are added at once. */
const joinsAtOnce = 32;

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
  let ids = remembered?.ids?.idle(now()) ? undefined : remembered?.ids;
  const earlier = async () => {
    if (sentAgain.length === 0) return undefined;
    ids = await recentIds(log, room, sentAgain, ids, now());
    return earlierOf(log, room, sentAgain, ids, now());
  };
  let latest = remembered?.latest ?? (await log.latest(room, kind));
  let countedBefore = latest.counted;
  let older = await earlier();

  const committed: LoggedEvent[] = [];
  let [pages, missing] = [0, 0];
  let rest: readonly Event[] = batch;
  while (rest.length > 0) {
    // Of a batch that takes several pages all are the latest page: an action may be twice in it.
    const recent = [...committed, ...latest.recent];
    const folding = { room, kind, latest: { ...latest, recent }, events: rest, at: now() };
    const folded = foldPage({ ...folding, ...(older && { older }) });
    if (!folded) break;
    if (await log.commit(folded.page)) {
      ({ latest, rest } = folded);
      ids?.add(folded.page, now());
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

  const places = batch.map((event) => event.seq);
  const from = Math.max(Math.min(...places), castTo + 1);
  // What the log holds beyond the batch comes with records of its own.
  const to = Math.max(...places);
  let members = 0;
  if (from <= to) {
    const events = await castEvents(log, room, from, to, committed);
    // An action that was sent again counted before: whoever sends it from a new connection is to be in as well.
    const joining = events.filter((event) => (event.first ?? event).refused === undefined && kind.joins?.(event));
    const joined = new Set(joining.map(({ connection }) => connection));
    await pMap(joined, (connection) => connections.join(room, connection), { concurrency: joinsAtOnce });
    const since = Math.min(countedBefore, from - 1);
    const version = kind.cast === 'events' ? to : latest.version;
    members = await cast({ room, kind, cast: { state: latest.state, version, events }, since });
  }
  memory.set(room, { latest, castTo: Math.max(castTo, to), ...(ids && { ids }) });
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
