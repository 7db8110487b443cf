import { setTimeout } from 'node:timers/promises';

/** Waits for a condition; rejects with what was waited for when it does not come true within `limit` milliseconds. */
export const until = async (what: string, condition: () => unknown, limit = 60_000): Promise<void> => {
  const end = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`The bench waited ${limit / 1000} s in vain: ${what}.`);
    await setTimeout(5);
  }
};
