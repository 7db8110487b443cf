import type { LoggedEvent } from '../../../domain/event.ts';
import type { Path } from '../../../domain/path.ts';
import type { Bisected } from '../../../replay/bisect.ts';
import type { Change } from '../../../replay/diff.ts';
import type { ReplayFault } from '../../../replay/errors.ts';
import type { HistoryTables } from '../../../replay/history/database.ts';
import type { Forked } from '../../../replay/history/fork.ts';
import type { RoomSummary } from '../../../replay/history/history.ts';
import type { Saw } from '../../../replay/saw.ts';

/** The tables behind an endpoint that takes DynamoDB's calls. */
export interface Tables {
  readonly from: 'tables';
  readonly endpoint: string;
  readonly tables: HistoryTables;
}

/** Where histories are read: tables, or an export. */
export type Source = Tables | { readonly from: 'file'; readonly file: File };

/** A room that was opened. Times are in milliseconds since 1970. */
export interface OpenRoom {
  /** The `seq` that the log begins with: more than 1 where old pages went with a log retention. */
  readonly first: number;
  /** The room's version. */
  readonly last: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Which history of the room this is: another one begins where a runtime without data was started again. */
  readonly epoch: string;
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
  /** What each is: a place in the list of types. */
  readonly types: Uint8Array<ArrayBuffer>;
  /** 1 for the refused ones. */
  readonly refused: Uint8Array<ArrayBuffer>;
  /** Names that were not in any chunk before, in order; and types. */
  readonly names: readonly string[];
  readonly typeNames: readonly string[];
}

/** What is sent before the answer, of those calls that send some. */
export interface Chunks {
  scan: Chunk;
  /** The `seq` of events that were found, in order. */
  search: readonly number[];
}

/** Where a value of a state changes: the next event that does it, or the last before. */
export interface ChangeSought {
  readonly path: Path;
  readonly version: number;
  readonly direction: 1 | -1;
}

/** The fewest events that make something true. */
export interface BugTest {
  /** The text of a test, line by line. */
  readonly lines: readonly string[];
  readonly events: number;
  /** Of so many. */
  readonly of: number;
}

/** What a member was told, and how what its client showed differs from the room's state. */
export interface Seen extends Saw {
  readonly changes: readonly Change[];
}

/** What the page asks of the worker. */
export interface Calls {
  /** Opens a source; nothing else can be asked before. Throws `bad-file`. */
  source(source: Source): { /** Says where a file is cut off. */ readonly cutOff: string | undefined };
  rooms(): readonly RoomSummary[];
  room(name: string): OpenRoom;
  /** The version of a room that is growing, and of which history it is. */
  version(room: string): { readonly version: number; readonly epoch: string };
  moment(room: string, version: number): Moment;
  /** Reads a log from an event on, and sends it on in chunks. */
  scan(room: string, from: number): null;
  /** Those events of a room; what never arrived is left out. */
  events(room: string, seqs: readonly number[]): readonly LoggedEvent[];
  /** Finds the events that say a text, from one on, and sends on what they are. */
  search(room: string, text: string, from: number): null;
  change(room: string, sought: ChangeSought): number | undefined;
  /** `every`: asks at each version. Throws `bad-expression`. */
  bisect(room: string, expression: string, every: boolean): Bisected | undefined;
  /** `undefined` where it is not true at that version. Throws `bad-expression`. */
  test(room: string, expression: string, version: number): BugTest | undefined;
  saw(room: string, member: string, version: number): Seen;
  /** The room as an export. */
  exported(room: string): Blob;
  /** Makes a room in a runtime that goes on from a version of this one. Throws `not-importable`. */
  fork(room: string, version: number, runtime: Tables): Forked;
}

export type CallName = keyof Calls;

/** From the page. `give up`: nobody waits for the answer any more. */
export type Asked = { readonly id: number } & (
  | { readonly call: CallName; readonly args: readonly unknown[] }
  | { readonly call: 'give up' }
);

/** From the worker. Some calls have chunks before their answer. */
export type Answered = { readonly id: number } & (
  | { readonly chunk: Chunks[keyof Chunks] }
  | { readonly value: unknown }
  | { readonly error: { readonly message: string; readonly fault?: ReplayFault } }
);
