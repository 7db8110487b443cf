import { hashOf } from './lane.ts';
import { maxRefusedBytes } from './limits.ts';
import { sizeOf } from './size.ts';

/** An action that was appended to a room's log. */
export interface Event<Type extends string = string, Data = unknown> {
  /** The event's place in its room: 1, 2, 3, … without gaps. */
  readonly seq: number;
  /** The client's own id for the action, or one that the server gave it. Unique for its sender. */
  readonly id: string;
  readonly type: Type;
  /** What the action's schema made of the message. */
  readonly data: Data;
  /** Who sent it: the user, or the connection where nobody signed in. */
  readonly by: string;
  /** The connection that it came from. */
  readonly connection: string;
  /** When it was received, in milliseconds since 1970. */
  readonly at: number;
  /** When it was put on the room's head, in milliseconds since 1970; absent for what the system itself appends. */
  readonly appended?: number;
  /** The version of the rules that it was appended by, until it is in a page, which says so for all of its events; absent for 1. */
  readonly rules?: number;
  /** Set when it may have been appended before: somebody sent it again for want of an answer. */
  readonly retry?: true;
  /** Set when the id is the client's own: it waits to be told what became of the action. */
  readonly ack?: true;
}

/** An event before it has its place. */
export type Draft = Omit<Event, 'seq'>;

/** An event as the log keeps it: with the verdict of the fold. */
export interface LoggedEvent extends Event {
  /** Why the event does not count. Absent for those that were folded. */
  readonly refused?: string;
  /** Set where it is refused as a `fault` because the rules did not end on it: nobody should let them try again. */
  readonly endless?: true;
  /** The event that this one is a duplicate of, and why that was refused if it was. */
  readonly first?: { readonly seq: number; readonly refused?: string };
  /** Set where its data was not kept, and is null: how large that was as JSON, in bytes, and a hash of it. */
  readonly omitted?: Omitted;
}

/** What is left of data that was not kept. */
export interface Omitted {
  readonly bytes: number;
  readonly hash: number;
}

const omittedOf = (json: string): Omitted => ({ bytes: sizeOf(json), hash: hashOf(json) });

/** The event as it was before it was judged: of one whose data was `omitted`, without that. */
export const appended = ({ refused: _, endless: __, first: ___, omitted: ____, ...event }: LoggedEvent): Event => event;

/**
 * The event as a page keeps it: of one that was refused, without data of more than 1 KB. That of a `fault` is kept, since whoever mends
 * the rules wants to try them on it.
 */
export const asKept = (event: LoggedEvent): LoggedEvent => {
  if (event.refused === undefined || event.refused === 'fault') return event;
  const omitted = omittedOf(JSON.stringify(event.data));
  return omitted.bytes <= maxRefusedBytes ? event : { ...event, data: null, omitted };
};

/** An event of a kind, as the log keeps it. */
export type Logged<E extends Event> = E & Pick<LoggedEvent, 'refused' | 'endless' | 'first'>;

/** Refusals that any kind can meet, beside its own. */
const refusals: Readonly<Record<string, string>> = {
  duplicate: 'The same sender appended an event with this id before.',
  fault: 'The rules of the kind failed on it.',
  'not-upgraded':
    'The rules of the room have changed, and can make nothing of the state that older ones left: an operator has to give them an "upgrade".',
  'slow-down': 'The same sender had too many actions in too short a time: wait and send it again.',
  'state-too-large': 'The state would have grown past the size that a room may have.',
};

/** Why an event was refused, in a sentence: a kind's own reasons are words, and told as they are. */
export const whyRefused = (reason: string): string =>
  Object.hasOwn(refusals, reason) ? `${refusals[reason]}` : `The rules of the room say: ${reason}.`;

/** Who did not sign in is called by the connection, and has another name after a reconnect. */
const isAnonymous = ({ by, connection }: Event): boolean => by === connection;

const hasDataOf = ({ data }: Event, { data: other, omitted }: Earlier): boolean => {
  const json = JSON.stringify(data);
  if (!omitted) return json === JSON.stringify(other);
  const { bytes, hash } = omittedOf(json);
  return bytes === omitted.bytes && hash === omitted.hash;
};

type Earlier = Event & Pick<LoggedEvent, 'omitted'>;

/**
 * Whether an event is the same action as an earlier one. An id is its user's own. Only who has no name may send again under
 * another one, marked as `retry`: then the same id on the same action is enough. What is not marked is never a duplicate of
 * somebody else's, so nobody can be first with an action that is about to come.
 */
export const isSameAction = (event: Event, earlier: Earlier): boolean =>
  event.id === earlier.id &&
  (event.by === earlier.by ||
    (event.retry === true &&
      isAnonymous(event) &&
      isAnonymous(earlier) &&
      event.type === earlier.type &&
      hasDataOf(event, earlier)));
