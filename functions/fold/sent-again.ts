import pMap from 'p-map';
import type { Event, LoggedEvent } from '../../domain/event.ts';
import { retryWindow } from '../../domain/limits.ts';
import type { Page } from '../../domain/page.ts';
import type { Log } from '../../store/log.ts';

type RecentPages = Pick<Log, 'page' | 'pagesSince'>;
type PageOfIds = Pick<Page, 'from'> & { readonly events: readonly Pick<Event, 'id'>[] };

/** In which of a room's last pages each id is. */
export interface RecentIds {
  /** Pages folded since then are in it, in milliseconds since 1970. */
  readonly since: number;
  /** How many ids are in it. */
  readonly size: number;
  /** Whether nobody has asked for some minutes: then it need not be kept. */
  idle(now: number): boolean;
  /** Adds a page that was folded now. */
  add(page: PageOfIds, now: number): void;
  /** Where the pages begin that have events with this id, the first of them first. */
  pagesOf(id: string, now: number): readonly number[];
}

/** So many pages with one id are remembered, the first ones: an id is unique, unless somebody means harm. */
const pagesOfId = 4;
/** How much later than it was sent again an action may be folded without another reading of the log, in milliseconds. */
const lateness = 60_000;
/** Pages that are read at once. */
const concurrency = 16;

/** `since`: from when on pages will be added, which may be before now. The oldest go by halves, each as long as an action is looked for. */
export const createRecentIds = (since: number, now: number): RecentIds => {
  const half = (from: number) => ({ from, pages: new Map<string, number[]>() });
  let [young, old] = [half(since), half(since)];
  let [turned, asked] = [now, now];
  return {
    get since() {
      return old.from;
    },
    get size() {
      return young.pages.size + old.pages.size;
    },
    idle: (at) => at - asked > retryWindow,
    add: ({ from, events }, at) => {
      if (at - turned > retryWindow + lateness) {
        [young, old] = [half(at), young];
        turned = at;
      }
      for (const { id } of events) {
        const pages = young.pages.get(id);
        if (!pages) young.pages.set(id, [from]);
        else if (pages.length < pagesOfId && pages.at(-1) !== from) pages.push(from);
      }
    },
    pagesOf: (id, at) => {
      asked = at;
      return [...(old.pages.get(id) ?? []), ...(young.pages.get(id) ?? [])];
    },
  };
};

/** The ids in the pages that were folded since then. */
const readRecentIds = async (log: RecentPages, room: string, since: number, now: number): Promise<RecentIds> => {
  const newestFirst: PageOfIds[] = [];
  for await (const { from, events } of log.pagesSince(room, since))
    newestFirst.push({ from, events: events.map(({ id }) => ({ id })) });
  const ids = createRecentIds(since, now);
  for (const page of newestFirst.toReversed()) ids.add(page, now);
  return ids;
};

/** Ids that serve to find what these events repeat: those that are known if they reach back far enough, else from the log. */
export const recentIds = async (
  log: RecentPages,
  room: string,
  sentAgain: readonly Event[],
  known: RecentIds | undefined,
  now: number,
): Promise<RecentIds> => {
  // By when it was sent again, not by when it is folded: where the fold is late everybody sends again.
  const since = Math.min(...sentAgain.map(({ appended, at }) => appended ?? at)) - retryWindow;
  return known && known.since <= since ? known : readRecentIds(log, room, since, now);
};

/** The events that those of a batch may repeat: each that has the id of one. Reads every page of them once. */
export const earlierOf = async (
  log: RecentPages,
  room: string,
  sentAgain: readonly Event[],
  ids: RecentIds,
  now: number,
): Promise<readonly LoggedEvent[]> => {
  const wanted = new Set(sentAgain.map(({ id }) => id));
  const pages = new Set([...wanted].flatMap((id) => ids.pagesOf(id, now)));
  const events = await pMap(
    pages,
    async (from) => (await log.page(room, from))?.events.filter(({ id }) => wanted.has(id)) ?? [],
    { concurrency },
  );
  return events.flat();
};
