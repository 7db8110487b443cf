import type { Page } from '../../domain/page.ts';
import type { Log } from '../../store/log.ts';
import type { CastPage } from './cast.ts';
import { type Batch, type CommitDeps, type Committed, commit, type Remembered } from './commit.ts';

/** Rooms that a warm function remembers, by name. */
export interface Memory {
  get(room: string): Remembered | undefined;
  set(room: string, remembered: Remembered): unknown;
  delete(room: string): unknown;
}

export interface RoomDeps extends CommitDeps {
  readonly log: CommitDeps['log'] & Pick<Log, 'pages' | 'at'>;
  readonly cast: CastPage;
  readonly memory: Memory;
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
  /** The pages that are new. */
  readonly committed: readonly Page[];
}

/** Commits what is new of a batch, then casts each page that holds some of it. Rejects if either can't be done. */
export const foldRoom = async (deps: RoomDeps, batch: Batch): Promise<RoomFolded> => {
  const { room, kind } = batch;
  const known = deps.memory.get(room);
  // After a restore the log may end earlier than what is remembered: of another history nothing is known here.
  const remembered = known?.latest.epoch === batch.epoch ? known : undefined;
  const { pages, latest, ids, paced } = await commit(deps, batch, remembered);
  let { castTo = 0, members = 0 } = remembered ?? {};
  for (const { page, state } of await due(deps, batch, pages, castTo)) {
    members = await deps.cast(kind, page, state);
    castTo = page.to;
  }
  deps.memory.set(room, { latest, castTo, members, paced, ...(ids && { ids }) });
  const events = pages.flatMap(({ page }) => page.events);
  return {
    version: latest.version,
    events: events.length,
    pages: pages.length,
    refused: events.filter((event) => event.refused !== undefined).length,
    missing: pages.flatMap(({ page }) => page.missing ?? []).reduce((sum, [from, to]) => sum + to - from + 1, 0),
    members,
    committed: pages.map(({ page }) => page),
  };
};

/**
 * The pages of a batch that are to be cast, in order: those committed now, and those that another fold committed before. It may
 * have died before it queued their casts; where it did not, SQS drops what is queued once more.
 */
const due = async (
  { log }: Pick<RoomDeps, 'log'>,
  { room, kind, events }: Batch,
  committed: readonly Committed[],
  castTo: number,
): Promise<readonly Committed[]> => {
  const places = events.map(({ seq }) => seq);
  const first = Math.max(Math.min(...places), castTo + 1);
  // What the log holds beyond the batch comes with records of its own.
  const last = Math.max(...places);
  if (first > last) return [];
  const isWhole = committed.every(
    ({ page }, place) => page.from === (committed[place - 1]?.page.to ?? page.from - 1) + 1,
  );
  const [head, tail] = [committed[0]?.page, committed.at(-1)?.page];
  if (isWhole && head && tail && head.from <= first && tail.to >= last) return committed;
  const own = new Map(committed.map((each) => [each.page.from, each]));
  const pages: Committed[] = [];
  for (const page of await log.pages(room, first, last))
    pages.push(own.get(page.from) ?? { page, state: (await log.at(room, kind, page.to)).state });
  return pages;
};
