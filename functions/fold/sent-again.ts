import pMap from 'p-map';
import type { Event, LoggedEvent } from '../../domain/event.ts';
import { retryWindow } from '../../domain/limits.ts';
import type { Log } from '../../store/log.ts';

type Reading = Pick<Log, 'page' | 'pagesSince'>;

/** Where the events of a room's last minutes are, by their ids. */
export interface RecentIds {
  add(events: readonly Pick<Event, 'id' | 'seq'>[], now: number): void;
  /** The `seq` of events with this id, the first of them first. */
  seqsOf(id: string, now: number): readonly number[];
  /** Whether anybody asked in the last minutes. If not, it need not be kept. */
  inUse(now: number): boolean;
}

/** So many events with one id are remembered, the first ones: an id is unique, unless somebody means harm. */
const sameId = 16;
/** Pages that are read at once. */
const concurrency = 16;

/** What is older than the window goes with the half that it is in: an id is kept for one to two windows. */
export const createRecentIds = (began: number): RecentIds => {
  let [young, old] = [new Map<string, number[]>(), new Map<string, number[]>()];
  let [turned, asked] = [began, began];
  return {
    add: (events, now) => {
      if (now - turned > retryWindow) {
        [young, old] = [new Map(), young];
        turned = now;
      }
      for (const { id, seq } of events) {
        const seqs = young.get(id);
        if (!seqs) young.set(id, [seq]);
        else if (seqs.length < sameId) seqs.push(seq);
      }
    },
    seqsOf: (id, now) => {
      asked = now;
      return [...(old.get(id) ?? []), ...(young.get(id) ?? [])];
    },
    inUse: (now) => now - asked <= retryWindow,
  };
};

/** The ids of the events that were folded in the last minutes, read from the log. */
export const readRecentIds = async (log: Reading, room: string, now: number): Promise<RecentIds> => {
  const pages: { id: string; seq: number }[][] = [];
  for await (const { events } of log.pagesSince(room, now - retryWindow))
    pages.push(events.map(({ id, seq }) => ({ id, seq })));
  const ids = createRecentIds(now);
  for (const events of pages.toReversed()) ids.add(events, now);
  return ids;
};

/** The events that those of a batch may repeat: each that has the id of one. */
export const earlierOf = async (
  log: Reading,
  room: string,
  sentAgain: readonly Event[],
  ids: RecentIds,
  now: number,
): Promise<readonly LoggedEvent[]> => {
  const seqs = new Set(sentAgain.flatMap(({ id }) => ids.seqsOf(id, now)));
  const found = await pMap(
    seqs,
    async (seq) => (await log.page(room, seq))?.events.find((event) => event.seq === seq) ?? [],
    { concurrency },
  );
  return found.flat();
};
