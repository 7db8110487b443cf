import { counter } from '../../domain/counter.ts';
import type { Page } from '../../domain/page.ts';
import { fold, type Sent } from '../domain/replay/memoryLog.ts';

export const room = 'counter/global-counter';

/** The pages of a counter, of batches of `+` and `-`: who sends is ann for what adds and bob for what takes. */
export const counterPages = (...batches: readonly string[]): Page<number>[] => {
  const sent = (sign: string): Sent => (sign === '+' ? { type: 'plus', by: 'ann' } : { type: 'minus', by: 'bob' });
  return fold(counter, ...batches.map((batch) => [...batch].map(sent))).map((page) => ({ ...page, room }));
};
