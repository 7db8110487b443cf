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
