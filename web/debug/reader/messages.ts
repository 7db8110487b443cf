import type { LoggedEvent } from '../../../domain/event.ts';
import type { Change } from '../../../replay/diff.ts';
import type { ReplayFault } from '../../../replay/errors.ts';
import type { HistoryTables } from '../../../replay/history/database.ts';
import type { RoomSummary } from '../../../replay/history/history.ts';

/** Where histories are read: the tables behind an endpoint that takes DynamoDB's calls, or an export. */
export type Source =
  | { readonly from: 'tables'; readonly endpoint: string; readonly tables: HistoryTables }
  | { readonly from: 'file'; readonly file: File };

/** A room that was opened. Times are in milliseconds since 1970. */
export interface OpenRoom {
  /** The `seq` that the log begins with: more than 1 where old pages went with a log retention. */
  readonly first: number;
  /** The room's version. */
  readonly last: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Whether joining appends an event. If so, the page must not join just because somebody looks at the room. */
  readonly joiningIsAnEvent: boolean;
}

/** An event, and what it made of the state. */
export interface Moment {
  readonly version: number;
  /** Absent where the event never arrived: its page says that it is missing. */
  readonly event?: LoggedEvent;
  /** When its page was folded, in milliseconds since 1970. */
  readonly committed?: number;
  /** The state after it; absent where it can't be rebuilt. */
  readonly state?: { readonly value: unknown };
  /** What the event changed; absent where the state before it can't be rebuilt. */
  readonly changes?: readonly Change[];
  /** Why there is no state or no change, or what `fold` threw: a sentence. */
  readonly problem?: string;
  /** Where the rules threw it, a line for each call. */
  readonly stack?: string;
}

/** Events in the order of the log, as columns. Row `i` is the event `from + i`. */
export interface Chunk {
  readonly from: number;
  /** When each was received, in milliseconds since 1970. */
  readonly times: Float64Array<ArrayBuffer>;
  /** Who sent each: a place in the list of names. */
  readonly actors: Uint16Array<ArrayBuffer>;
  /** 1 for the refused ones. */
  readonly refused: Uint8Array<ArrayBuffer>;
  /** Names that were not in any chunk before, in order. */
  readonly names: readonly string[];
}

/** What the page asks of the worker. */
export interface Calls {
  /** Opens a source; nothing else can be asked before. Throws `bad-file`. */
  source(source: Source): null;
  rooms(): readonly RoomSummary[];
  room(name: string): OpenRoom;
  /** The version of a room that is growing. */
  version(room: string): number;
  moment(room: string, version: number): Moment;
  /** Reads a log from an event on, and sends it on in chunks. */
  scan(room: string, from: number): null;
}

export type CallName = keyof Calls;

/** From the page. `give up`: nobody waits for the answer any more. */
export type Asked = { readonly id: number } & (
  | { readonly call: CallName; readonly args: readonly unknown[] }
  | { readonly call: 'give up' }
);

/** From the worker. A `scan` has chunks before its answer. */
export type Answered = { readonly id: number } & (
  | { readonly chunk: Chunk }
  | { readonly value: unknown }
  | { readonly error: { readonly message: string; readonly fault?: ReplayFault } }
);
