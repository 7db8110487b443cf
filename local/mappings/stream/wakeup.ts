import type { Waits } from '../closing.ts';

/** Lets a poller sleep until something was written. */
export interface Wakeup {
  /** Something was written. */
  readonly wake: () => void;
  /** What is written from here on counts for the next `sleep`. Call it before reading. */
  readonly arm: () => void;
  /** Until something is written after `arm`, or `ms` are over. */
  readonly sleep: (ms: number) => Promise<void>;
}

export const createWakeup = (waits: Waits): Wakeup => {
  let woken = false;
  let wakeSleeper: (() => void) | undefined;
  return {
    wake: () => {
      woken = true;
      wakeSleeper?.();
    },
    arm: () => {
      woken = false;
    },
    sleep: async (ms) => {
      if (woken) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      wakeSleeper = resolve;
      try {
        await waits.on(promise);
      } finally {
        clearTimeout(timer);
        wakeSleeper = undefined;
      }
    },
  };
};
