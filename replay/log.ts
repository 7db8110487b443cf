import type { Checkpoint, CheckpointMark, Extent, Stretch } from '../domain/log.ts';
import type { Page } from '../domain/page.ts';

/** Which pages to read: those that hold a part of the stretch, oldest first unless `descending`. */
export interface PageRange extends Stretch {
  readonly descending?: boolean;
}

/** The log of one room, wherever it is kept. Reads are lazy: whoever stops iterating stops reading. */
export interface RoomLog {
  readonly room: string;
  /** The first page and the last at the time the log was opened, where opening it has read them. */
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

/** The same log, which calls `onPage` with each page that is read: for a progress bar, or to stop reading by throwing. */
export const watched = (log: RoomLog, onPage: (page: Page) => void): RoomLog => ({
  ...log,
  async *pages(range) {
    for await (const page of log.pages(range)) {
      onPage(page);
      yield page;
    }
  },
});
