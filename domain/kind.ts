import type * as z from 'zod/v4/core';
import type { Event, Logged } from './event.ts';
import { refold } from './fold.ts';
import { predict } from './prediction.ts';

/** Schemas of what events carry, by the event's type. Clients send the type as `action`. */
export type Actions = Readonly<Record<string, z.$ZodType>>;

/** The events that actions become. */
export type EventOf<A extends Actions> = { [T in keyof A & string]: Event<T, z.output<A[T]>> }[keyof A & string];

/** An action as its schema passed it. */
export type ActionOf<E extends Event> = E extends Event ? Pick<E, 'type' | 'data'> : never;

/** What a fold came to, for the members to be told. */
export interface Cast<State, E extends Event = Event> {
  readonly state: State;
  /** The `seq` of the last event in `state`; of a cast of events that comes late, of the last one that it tells of. */
  readonly version: number;
  /** The events that led here from the cast before, refused ones included, in order. None when a state is cast once more. */
  readonly events: readonly Logged<E>[];
}

/** How a connection is spoken to: bare payloads, or the envelopes of the subprotocol `foldcast.v1`. */
export type Wire = 'plain' | 'foldcast.v1';

/** A connection that has joined a room. */
export interface Member {
  readonly connection: string;
  /** Whose it is; absent where nobody is named and the connection stands for itself. */
  readonly user?: string;
  readonly wire: Wire;
}

/** How many actions one sender may have: so many a second in the long run, and so many at once. */
export interface Pace {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * The rules of a sort of room. `refusal` and `fold` are pure: no clock, no randomness, no I/O, and they leave the state
 * that they are given as it was. States are JSON values, so that one read back from the log is the one that was written.
 */
export interface Kind<State = unknown, E extends Event = Event> {
  /** Rooms of this kind are named `<name>/<id>`. */
  readonly name: string;
  /**
   * The version of these rules: a whole number, 1 unless given. Raise it when states or events get another shape, or another
   * meaning: rooms are folded afresh then. See docs/rules-that-change.md.
   */
  readonly version?: number;
  /** A hash of these rules, where something notices that they changed without a new version. No kind says it by itself. */
  readonly hash?: string;
  /** What a state of version `from` is in this one: for rooms whose old events are gone. Pure. */
  upgrade?(state: unknown, from: number): State;
  /** What an event of version `from` is in this one: it is asked wherever an older page is read. Pure, and total. */
  upcast?(event: Event, from: number): Pick<Event, 'type' | 'data'>;
  /** What clients may send. Names are unique over all kinds: API Gateway routes by them. */
  readonly actions: Actions;
  /** Events that only the system appends, such as those of `presence`. */
  readonly internal?: Actions;
  /** The id of the room that an action is for, where the action itself says or implies it. */
  roomOf(action: ActionOf<E>): string | undefined;
  /** The id that a client means by one it wrote; `undefined` if there can be no such room. Without this any id is a room. */
  idOf?(asked: string): string | undefined;
  /** The id of the room of actions that neither imply nor name one. */
  readonly defaultRoom?: string;
  /**
   * What speaks against an action that was received `at`, in milliseconds since 1970, in a sentence for its sender: what a schema
   * can't say, since it has no clock. Such an action is not appended.
   */
  objection?(action: ActionOf<E>, at: number): string | undefined;
  /** Whether a user may join a room and act in it, beyond what its token says. Without this all may. */
  admits?(user: string, room: string): boolean;
  /** The state of a room without events. */
  readonly initial: State;
  /** Why an event does not count, in a word that clients can act on; `undefined` if it does. Never asked about history. */
  refusal(state: State, event: E): string | undefined;
  /** The state after an event that was not refused. */
  fold(state: State, event: E): State;
  /** Whether the sender of an event that counts becomes a member by it. Clients may always join by themselves. */
  joins?(event: E): boolean;
  /** Whether an action takes an id that there is only once, as a game's four letters: one sender may take so many an hour. */
  creates?(action: ActionOf<E>): boolean;
  /** How many actions one sender may have in a room; what the stack is configured with unless given. */
  readonly pace?: Pace;
  /** What members want: the newest state (older ones may be left out), or every event. */
  readonly cast: 'state' | 'events';
  /** The messages that a member on the plain wire is sent, in order; none where the cast is not for it. */
  plain(cast: Cast<State, E>, member: Member): readonly string[];
  /** Refusals that `plain` answers by itself. Of any other a plain sender is told with an error. */
  readonly answered?: readonly string[];
}

/** A kind with all that its declaration says: the words of its name, its actions and its reasons, for who has its types from it. */
export interface Declared<Name extends string, State, A extends Actions, I extends Actions, Reason extends string>
  extends Kind<State, EventOf<A> | EventOf<I>> {
  readonly name: Name;
  readonly actions: A;
  readonly internal?: I;
  refusal(state: State, event: EventOf<A> | EventOf<I>): Reason | undefined;
  /** What folds it, which comes along with its rules: a client without kinds has neither. */
  readonly folding: { readonly predict: typeof predict; readonly refold: typeof refold };
}

/** Declares a kind: one file in `domain/kinds/`, one line in `domain/registry.ts`, one test. */
export const defineKind = <
  const Name extends string,
  State,
  const A extends Actions,
  const I extends Actions = Record<never, never>,
  Reason extends string = never,
>(
  kind: Omit<Declared<Name, State, A, I, Reason>, 'folding'>,
): Declared<Name, State, NoInfer<A>, NoInfer<I>, Reason> => ({ ...kind, folding: { predict, refold } });
