import type { Page } from '../domain/page.ts';

/** A stretch of a log by `seq`, ends included; the whole log where an end is left out. */
export interface Stretch {
  readonly from?: number;
  readonly to?: number;
}

/** Which pages to read: those that hold a part of the stretch, oldest first unless `descending`. */
export interface PageRange extends Stretch {
  readonly descending?: boolean;
}

/** A checkpoint without its events and its state. */
export interface CheckpointMark {
  /** The `from` of its page. */
  readonly from: number;
  /** The version of its state. */
  readonly version: number;
  /** The size of the events since the checkpoint before, in bytes of JSON. */
  readonly bytes: number;
  /** When it was folded, in milliseconds since 1970. */
  readonly at: number;
}

/** A recorded state. */
export interface Checkpoint<State = unknown> extends CheckpointMark {
  readonly state: State;
}

/** What a log still holds: it begins at 1 unless old pages went with a log retention. */
export interface Extent {
  /** The `from` of its first page. */
  readonly first: number;
  /** The `to` of its last page: the room's version. */
  readonly last: number;
}

/** The log of one room, wherever it is kept. Reads are lazy: whoever stops iterating stops reading. */
export interface RoomLog {
  readonly room: string;
  /** The first page and the last, where opening the log has read them. Without newer ones, if the room goes on. */
  readonly edges?: readonly Page[];
  /** `undefined` for a room without pages. */
  extent(): Promise<Extent | undefined>;
  pages(range?: PageRange): AsyncIterable<Page>;
  /** The last recorded state of a version no later than this one. */
  checkpoint(version: number): Promise<Checkpoint | undefined>;
  /** The checkpoints whose versions are in the stretch, oldest first. */
  checkpoints(stretch?: Stretch): AsyncIterable<CheckpointMark>;
  /** The `seq` of the last event appended; `undefined` where the source does not know it. */
  head(): Promise<number | undefined>;
}

/** The same log, telling of each page that is read from it: for a progress bar, or to give up by throwing. */
export const watched = (log: RoomLog, onPage: (page: Page) => void): RoomLog => ({
  ...log,
  async *pages(range) {
    for await (const page of log.pages(range)) {
      onPage(page);
      yield page;
    }
  },
});
