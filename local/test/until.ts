import { setTimeout } from 'node:timers/promises';

/** Waits for a condition; rejects with what was waited for when it does not come true within the limit. */
export const until = async (what: string, condition: () => unknown, limit = 30_000): Promise<void> => {
  const end = Date.now() + limit;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Waited ${limit / 1000} s in vain: ${what}.`);
    await setTimeout(10);
  }
};
