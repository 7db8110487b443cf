import { LRUCache } from 'lru-cache';
import type { Pace } from '../domain/kind.ts';

/**
 * A token bucket for each key, in the memory of one environment of a function: approximate, since Lambda may spread what one
 * client sends over several, and without a call.
 */
export interface Buckets {
  /** Takes tokens for something if there are any left; `cost` may be more than that, and then it takes longer to fill up again. */
  take(key: string, cost?: number): boolean;
  /** Takes more tokens for it, when it is known what it costs. */
  spend(key: string, cost: number): void;
  /** Fills the bucket of a key. */
  fill(key: string): void;
}

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** As many as are remembered: about 1 MB. Whoever is forgotten begins with a full bucket. */
const max = 10_000;

/** `now`: milliseconds since 1970. */
export const createBuckets = ({ perSecond, burst }: Pace, now: () => number): Buckets => {
  const buckets = new LRUCache<string, Bucket>({ max });
  const tokensOf = (key: string): number => {
    const { tokens, at } = buckets.get(key) ?? { tokens: burst, at: now() };
    return Math.min(burst, tokens + ((now() - at) / 1000) * perSecond);
  };
  const spend = (key: string, cost: number) => void buckets.set(key, { tokens: tokensOf(key) - cost, at: now() });
  return {
    spend,
    fill: (key) => void buckets.delete(key),
    take: (key, cost = 1) => {
      const isLeft = tokensOf(key) >= Math.min(1, burst);
      if (isLeft) spend(key, cost);
      return isLeft;
    },
  };
};
