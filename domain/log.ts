import type { Page } from './page.ts';
import { type MadeBy, madeByOf } from './version.ts';

/** A stretch of a log by `seq`, ends included; the whole log where an end is left out. */
export interface Stretch {
  readonly from?: number;
  readonly to?: number;
}

/** What a log still holds: it begins at 1 unless old pages went with a log retention. */
export interface Extent {
  /** The `from` of its first page. */
  readonly first: number;
  /** The `to` of its last page: the room's version. */
  readonly last: number;
}

/** A checkpoint without its events and its state. */
export interface CheckpointMark extends MadeBy {
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

/** What a page says of itself as a checkpoint. */
export const markOf = (page: Omit<Page, 'events'>): CheckpointMark => ({
  from: page.from,
  version: page.to,
  bytes: page.bytes,
  at: page.at,
  ...madeByOf(page),
});
