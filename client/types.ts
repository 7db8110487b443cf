import type * as z from 'zod/v4/core';
import type { Actions, Declared } from '../domain/kind.ts';
import type { Someone } from '../domain/presence.ts';
import type { ErrorCode, PublicEvent } from '../domain/protocol.ts';

/** Any kind, as `defineKind` declares it, as far as a client needs it. */
export interface AnyKind {
  readonly name: string;
  /** Of its rules: while the server goes by those of another version, nothing is folded or predicted here. */
  readonly version?: number;
  readonly actions: Actions;
  // biome-ignore lint/suspicious/noExplicitAny: rules take states and events of their own, so that no other type is above all of them.
  readonly initial: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  refusal(state: any, event: any): string | undefined;
  readonly folding: Declared<string, unknown, Actions, Actions, string>['folding'];
}

/** A room of which nothing is known but its name: it has no prediction, and its state is what the server says. */
export interface Unruled extends AnyKind {
  readonly initial: unknown;
}

/** The kind that rules a room, by the room's name; `Unruled` where none of those that are known does. */
export type KindOf<K extends AnyKind, Room extends string> = Room extends `${infer Name}/${string}`
  ? [Extract<K, { readonly name: Name }>] extends [never]
    ? Unruled
    : Extract<K, { readonly name: Name }>
  : Unruled;

export type StateOf<K extends AnyKind> = K['initial'];

/** Why an action does not count: a word of the kind's rules, or one of the server's. */
export type ReasonOf<K extends AnyKind> =
  | NonNullable<ReturnType<K['refusal']>>
  | ErrorCode
  | 'fault'
  | 'duplicate'
  | 'state-too-large';

/** How a connection or a room is doing, and why. */
export type Status =
  /** There is no connection yet, or again: what is shown is what was known, and actions are kept. */
  | {
      readonly is: 'connecting';
      readonly why?: string /** When it is tried again, in milliseconds since 1970. */;
      readonly until?: number;
    }
  /** What is shown is what the server says. */
  | { readonly is: 'live' }
  /** Something is missing, and was asked for. */
  | { readonly is: 'behind'; readonly why: string }
  /** For good: it was closed here, or the server does not let us in. */
  | { readonly is: 'closed'; readonly why: string };

/** An action that is not answered yet. */
export interface Pending {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  /** Whether it has been sent at least once. */
  readonly sent: boolean;
}

/** What became of an action that counts. */
export interface Done {
  /** The event's number in its room. */
  readonly seq: number;
}

type DataOf<A extends Actions, T extends keyof A> = z.input<A[T]>;

/** An action's data may be left out where it has none that is required. */
type Act<Data> = Record<never, never> extends Data ? (data?: Data) => Promise<Done> : (data: Data) => Promise<Done>;

export type Does<K extends AnyKind> = {
  readonly [T in keyof K['actions'] & string]: Act<DataOf<K['actions'], T>>;
};

/** A room that one is in. */
export interface Room<K extends AnyKind = Unruled> {
  readonly name: string;
  /** The state with one's own actions in it that are not answered yet; undefined before it is known. */
  readonly state: StateOf<K> | undefined;
  /** The `seq` of the last event that is known to count; 0 before there is one. */
  readonly version: number;
  /** Which history it is. */
  readonly epoch: string;
  /** Who is here, where the kind keeps that; the last 500 who came. */
  readonly present: readonly Someone[];
  readonly status: Status;
  readonly pending: readonly Pending[];
  /**
   * Actions: `await room.do.plus()`. Each resolves when it counts for good. Rejects with `Refused` when it doesn't, with `Uncertain` when
   * nobody could say for five minutes, with `TooMany` when too many wait, with `Closed` when the room or the client was closed.
   */
  readonly do: Does<K>;
  /** The events of a room that casts events, from now on, in order, each once. Ends when the room is left. */
  readonly events: AsyncIterable<PublicEvent>;
  /** Calls back whenever something of the above has changed; the answer stops it. */
  subscribe(listener: () => void): () => void;
  leave(): void;
}

/** What a client and its rooms are made of. */
export interface Foldcast<K extends AnyKind = never> {
  readonly status: Status;
  /** Who the server takes us for: the token's subject, `~` and the name that we gave, or the connection's id; empty before it is known. */
  readonly user: string;
  /** The connection's id; empty before it is known. */
  readonly connection: string;
  /** Milliseconds to the server and back, when last measured. */
  readonly roundTrip: number | undefined;
  join<const Name extends string>(name: Name): Room<KindOf<K, Name>>;
  /**
   * Hands a text to a user who shares a room with us. Rejects with `Refused` where there is no such user (`no-such-user`); resolves when
   * nothing was said against it for two seconds.
   */
  tell(to: string, room: string, message: string): Promise<void>;
  /** Asks for what the server answers by one message, such as `{ action: 'upload', … }`. Rejects with `Refused`, or `Closed`. */
  ask(message: { readonly action: string; readonly [key: string]: unknown }): Promise<unknown>;
  /** What users (`from`) and the operator (no `from`) have to say. The answer stops it. */
  hear(listener: (said: { readonly from?: string; readonly message: string }) => void): () => void;
  /** Each message that goes over the wire, as text: for looking on. The answer stops it. */
  watch(listener: (text: string, direction: 'in' | 'out') => void): () => void;
  /** As if there were no network for so many milliseconds: to watch it recover. */
  cut(ms: number): void;
  subscribe(listener: () => void): () => void;
  close(): void;
}

/** A value that somebody may be told of when it changes: what signals are, without signals. */
export interface Cell<T> {
  value: T;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  after(ms: number, work: () => void): () => void;
}

/** The part of a WebSocket that is needed. */
export interface Socket {
  readonly readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code?: number; readonly reason?: string }) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

/** An action as it is kept over a reload. */
export interface Kept {
  readonly room: string;
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  /** When it was sent first, in milliseconds since 1970; absent where it was not. */
  readonly sentAt?: number;
}

/** Where actions outlive a reload. */
export interface Keep {
  load(): Promise<readonly Kept[]>;
  save(actions: readonly Kept[]): Promise<void>;
}

export interface Options<K extends AnyKind> {
  /** Kinds whose rules are known here: their rooms are typed, and predicted. */
  readonly kinds?: readonly K[];
  /** A token, asked for at each connection, where the stack has sign-in. */
  readonly token?: () => string | Promise<string>;
  /** What we call ourselves where it has none. */
  readonly user?: string;
  /** Has unanswered actions outlive a reload: `idbKeep('my-app')` of `foldcast-client/keep`. */
  readonly keep?: Keep;
  /** The most actions that wait to be answered: 10,000 unless given. */
  readonly mostPending?: number;
  /** Told of actions of an earlier page that were given up: nobody else waits for them. */
  readonly onLost?: (action: Kept, why: Error) => void;
  /** Makes signals of what changes: see `foldcast-client/signals`. */
  readonly cell?: <T>(initial: T) => Cell<T>;
  /** For tests. */
  readonly socket?: (url: string, protocols: string[]) => Socket;
  readonly clock?: Clock;
  readonly random?: () => number;
}
