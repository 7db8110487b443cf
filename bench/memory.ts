import { setTimeout as pause } from 'node:timers/promises';
import type { Runtime } from './runtime.ts';

/** Memory of a runtime's process, in bytes, looked at over and over. */
export interface MemoryWatch {
  /** Ends the watch and returns the most that was seen. */
  peak(): Promise<number>;
}

/** How often it is looked at, in ms: asking takes the runtime less than 1 ms. */
const interval = 250;

export const watchMemory = ({ statistics }: Runtime): MemoryWatch => {
  let most = 0;
  let watching = true;
  const look = async () => {
    most = Math.max(most, (await statistics()).memory);
  };
  const watched = (async () => {
    while (watching) {
      await look();
      await pause(interval);
    }
  })();
  return {
    peak: async () => {
      watching = false;
      await watched;
      return most;
    },
  };
};
