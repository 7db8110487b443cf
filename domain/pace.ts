import type { Event, LoggedEvent } from './event.ts';
import type { Kind, Pace } from './kind.ts';
import { unverified } from './user.ts';

/**
 * Whose actions are counted together: a verified user's, over all of its connections. A name that nobody verified counts for nothing:
 * who takes a new one for each action gets no further, and who takes somebody else's uses up none of theirs.
 */
export const senderOf = ({ by, connection }: Pick<Event, 'by' | 'connection'>): string =>
  by.startsWith(unverified) ? connection : by;

/** What is kept of an action to know how fast its sender is. */
export type Paced = Pick<Event, 'seq' | 'at'> & { readonly sender: string };

/**
 * How far back in a room its senders' actions are counted, in places. A head takes about a thousand appends a second (DynamoDB: 1,000
 * write units an item), so that two seconds are in it whatever is going on.
 */
export const reach = 2000;

/** The time, in milliseconds, in which a sender may have no more than a burst: 100 at once and 50 a second are 100 in 2 seconds. */
export const windowOf = ({ perSecond, burst }: Pace): number => (1000 * burst) / perSecond;

/** Actions that one cast is likely to tell of where it is the newest state: at 50 a second, with four folds a second, about these. */
const statesTogether = 16;

/** By how much an event's time may be before that of an event before it, in milliseconds: no append takes longer. */
const disorder = 60_000;

const pacedOne = (event: Pick<Event, 'seq' | 'at' | 'by' | 'connection'>): Paced => ({
  seq: event.seq,
  at: event.at,
  sender: senderOf(event),
});

/** The actions of clients among events, but those that were refused for being too many: who waits may go on. */
export const pacedOf = (kind: { readonly actions: object }, events: readonly LoggedEvent[]): readonly Paced[] =>
  events.filter(({ type, refused }) => refused !== 'slow-down' && Object.hasOwn(kind.actions, type)).map(pacedOne);

/** Those that may still count for what comes after them. */
export const stillPaced = (pace: Pace, paced: readonly Paced[]): readonly Paced[] => {
  const last = paced.at(-1);
  if (!last) return paced;
  const since = last.at - windowOf(pace) - disorder;
  return paced.filter(({ seq, at }) => seq > last.seq - reach && at > since);
};

/** Knows when a sender has too many actions. */
export interface Pacer {
  isTooFast(event: Event): boolean;
  add(paced: Paced): void;
}

/**
 * By the times of the events and by nothing else, so that a fold that remembers `past` and one that read it agree: an action is too
 * much where its sender had a burst already in the time before it, among the last 2,000 events of the room.
 *
 * In a crowd, where each action is posted to many, a burst is divided by the room's `lanes`, of about 100 members each: among 1,000
 * members of a chat, 16 lanes, whoever may have 100 actions in 2 seconds among friends may have 6.
 */
export const createPacer = (kind: Pick<Kind, 'cast'>, pace: Pace, lanes: number, past: readonly Paced[]): Pacer => {
  const window = windowOf(pace);
  const crowd = kind.cast === 'state' ? Math.max(1, lanes / statesTogether) : lanes;
  const burst = Math.max(1, Math.floor(pace.burst / crowd));
  const bySender = Map.groupBy(past, ({ sender }) => sender);
  return {
    isTooFast: (event) => {
      const { seq, at, sender } = pacedOne(event);
      const own = bySender.get(sender) ?? [];
      if (own.length < burst) return false;
      return own.filter((each) => each.seq >= seq - reach && each.at > at - window).length >= burst;
    },
    add: (paced) => {
      const own = bySender.get(paced.sender);
      if (own) own.push(paced);
      else bySender.set(paced.sender, [paced]);
    },
  };
};
