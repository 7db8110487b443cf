import type { Kind, Pace } from '../domain/kind.ts';
import { type Buckets, createBuckets } from './buckets.ts';

/** Whether a sender (`senderOf`) may have one more message. `kind`: of the action, where it is one. */
export type Paces = (sender: string, kind?: Kind) => boolean;

/** `pace`: of kinds that have none of their own. `now`: milliseconds since 1970. */
export const createPaces = (pace: Pace, now: () => number): Paces => {
  const shared = createBuckets(pace, now);
  const own = new Map<Kind, Buckets>();
  const bucketsOf = (kind: Kind | undefined): Buckets => {
    if (!kind?.pace) return shared;
    const buckets = own.get(kind) ?? createBuckets(kind.pace, now);
    own.set(kind, buckets);
    return buckets;
  };
  return (sender, kind) => bucketsOf(kind).take(sender);
};
