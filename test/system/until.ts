import { setTimeout } from 'node:timers/promises';

/** Waits for a condition, and says whether it came true within `limit` milliseconds. */
export const reached = async (condition: () => unknown, limit: number): Promise<boolean> => {
  const end = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() > end) return false;
    await setTimeout(10);
  }
  return true;
};

/** Waits for a condition; rejects with what was waited for when it does not come true within the limit. */
export const until = async (what: string, condition: () => unknown, limit = 30_000): Promise<void> => {
  if (!(await reached(condition, limit))) throw new Error(`Waited ${limit / 1000} s in vain: ${what}.`);
};
