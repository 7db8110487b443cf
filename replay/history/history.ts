import type { RoomLog } from '../log.ts';

/** An event's place and time (milliseconds since 1970). */
export interface EventMark {
  readonly seq: number;
  readonly at: number;
}

/** A room at a glance. What a source does not know is left out. */
export interface RoomSummary {
  readonly room: string;
  /** The `seq` of the last event in the log, 0 if nothing was folded yet. */
  readonly version: number;
  /** The `seq` of the last event appended. */
  readonly head?: number;
  readonly first?: EventMark;
  readonly last?: EventMark;
  /** Connections that are members now. */
  readonly members?: number;
  readonly pages?: number;
  /** Of all events, in bytes of JSON. */
  readonly bytes?: number;
}

/** Counts what was read: of a table every page that DynamoDB went through, of a file every page handed out. */
export interface Reads {
  pages: number;
  /** Of a file. */
  bytes: number;
}

/** The logs of many rooms, wherever they are kept. */
export interface History {
  /** What it is, for a person: a file's name, a stack's. */
  readonly name: string;
  /** Set where the end of a file is gone: a sentence. What comes before is here. */
  readonly cutOff?: string;
  /**
   * By name. `sizes`: with `pages` and `bytes`, for which DynamoDB reads, and charges for, every log; files have them
   * at hand.
   */
  rooms(options?: { readonly sizes?: boolean }): Promise<readonly RoomSummary[]>;
  /** The log of one room. Throws `unknown-room` for one that is not here. */
  open(room: string): Promise<RoomLog>;
  readonly reads: Readonly<Reads>;
}
