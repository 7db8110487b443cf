import type { Clock } from './types.ts';

export const realClock: Clock = {
  now: Date.now,
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/** Of which one is due at most: the last. */
export const createTimer = (clock: Clock) => {
  let stop: (() => void) | undefined;
  const clear = () => {
    stop?.();
    stop = undefined;
  };
  return {
    get isSet() {
      return stop !== undefined;
    },
    set: (ms: number, work: () => void) => {
      clear();
      stop = clock.after(ms, () => {
        stop = undefined;
        work();
      });
    },
    clear,
  };
};

/**
 * Milliseconds until the next attempt after so many failures in a row: doubled each time, and up to a half of it taken away at
 * random, so that clients which were cut off together do not come back together.
 */
export const backoff = (failures: number, random: () => number, first = 500, longest = 15_000): number =>
  Math.min(longest, first * 2 ** Math.min(failures, 20)) * (1 - random() / 2);
