import type { Kind, Pace } from '../../domain/kind.ts';
import { type Buckets, createBuckets } from '../buckets.ts';

/** What becomes of a message: `abuse` is the last straw, after which nothing of the connection is answered. */
export type Pass = 'free' | 'slow-down' | 'abuse' | 'closed';

/** Whose a message is. `sender`: whose messages are counted together. `kind`: of the action, where it is one. */
export interface Message {
  readonly connection: string;
  readonly sender: string;
  readonly kind: Kind | undefined;
}

/** Says of each message whether its sender may have it. */
export type Throttle = (message: Message) => Pass;

/** A connection that goes on and on although it is told to slow down: so many times at once, and so many a second. */
const patience: Pace = { perSecond: 100 / 60, burst: 100 };

/** How long a connection that was closed is known: what it sent before arrives for some time. */
const closedFor: Pace = { perSecond: 1 / 60, burst: 1 };

/** `pace`: of kinds that have none of their own. `now`: milliseconds since 1970. */
export const createThrottle = (pace: Pace, now: () => number): Throttle => {
  const shared = createBuckets(pace, now);
  const own = new Map<Kind, Buckets>();
  const refusals = createBuckets(patience, now);
  const closed = createBuckets(closedFor, now);
  const bucketsOf = (kind: Kind | undefined): Buckets => {
    if (!kind?.pace) return shared;
    const buckets = own.get(kind) ?? createBuckets(kind.pace, now);
    own.set(kind, buckets);
    return buckets;
  };
  return ({ connection, sender, kind }) => {
    if (bucketsOf(kind).take(sender)) return 'free';
    if (refusals.take(connection)) return 'slow-down';
    return closed.take(connection) ? 'abuse' : 'closed';
  };
};
