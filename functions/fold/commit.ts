import type { Event } from '../../domain/event.ts';
import type { Kind, Pace } from '../../domain/kind.ts';
import { type Paced, pacedOf, stillPaced } from '../../domain/pace.ts';
import { foldPage, type Latest, type Page } from '../../domain/page.ts';
import { limit } from '../../store/limit.ts';
import type { Log } from '../../store/log.ts';
import type { FaultLog } from '../faults.ts';
import { recentlyPaced } from './paced.ts';
import { earlierOf, type RecentIds, recentIds } from './sent-again.ts';

/** What a warm function remembers of a room. Never trusted: the conditional commit tells when it is out of date. */
export interface Remembered {
  readonly latest: Latest;
  /** The last event whose cast was queued from here, and how many members that cast had. */
  readonly castTo: number;
  readonly members: number;
  /** Kept from the first action on that is sent again: reading the last minutes of a hot room takes seconds. */
  readonly ids?: RecentIds;
  /** The actions that the next ones are counted with. */
  readonly paced: readonly Paced[];
}

export interface CommitDeps {
  readonly log: Pick<Log, 'latest' | 'commit' | 'page' | 'pagesSince'>;
  readonly faults: Pick<FaultLog, 'refused'>;
  /** How many actions one sender may have, where the kind doesn't say. */
  readonly pace: Pace;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Events of one room, in one history. */
export interface Batch {
  readonly room: string;
  readonly epoch: string;
  readonly kind: Kind;
  readonly events: readonly Event[];
}

/** A page, and the state after it. */
export interface Committed {
  readonly page: Page;
  readonly state: unknown;
}

/** The pages that a batch came to, and where the room then stands. */
export interface CommittedBatch {
  readonly pages: readonly Committed[];
  readonly latest: Latest;
  readonly ids?: RecentIds | undefined;
  readonly paced: readonly Paced[];
}

/** Commits what is new of a batch, page by page. Of folds that race for a page one wins, and the others go on from there. */
export const commit = async (
  { log, faults, now, ...deps }: CommitDeps,
  { room, epoch, kind, events }: Batch,
  remembered?: Remembered,
): Promise<CommittedBatch> => {
  const sentAgain = events.filter((event) => event.retry);
  let ids = remembered?.ids?.idle(now()) ? undefined : remembered?.ids;
  const earlier = async () => {
    if (sentAgain.length === 0) return undefined;
    ids = await recentIds(log, room, sentAgain, ids, now());
    return earlierOf(log, room, sentAgain, ids, now());
  };
  let latest = remembered?.latest ?? (await log.latest(room, kind));
  let older = await earlier();
  const pace = kind.pace ?? deps.pace;
  let past = remembered?.paced ?? (await recentlyPaced(log, room, kind, latest, events, pace));

  const pages: Committed[] = [];
  for (let left = events; left.length > 0; ) {
    // Of a batch that takes several pages all are the latest page: an action may be twice in it.
    const recent = [...pages.flatMap(({ page }) => page.events), ...latest.recent];
    const folded = foldPage({
      room,
      kind,
      epoch,
      latest: { ...latest, recent },
      events: left,
      pacing: { pace, past },
      at: now(),
      limit,
      ...(remembered && { members: remembered.members }),
      ...(older && { older }),
    });
    if (!folded) break;
    if (await log.commit(folded.page)) {
      ({ latest, rest: left } = folded);
      ids?.add(folded.page, now());
      past = stillPaced(pace, [...past, ...pacedOf(kind, folded.page.events)]);
      pages.push({ page: folded.page, state: latest.state });
      for (const failed of folded.faults) faults.refused(room, failed);
    } else {
      latest = await log.latest(room, kind);
      ids = undefined;
      older = await earlier();
      past = await recentlyPaced(log, room, kind, latest, left, pace);
    }
  }
  return { pages, latest, ids, paced: past };
};
