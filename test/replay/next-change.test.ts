import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastChange, nextChange, valueAt } from '../../replay/next-change.ts';
import { sameJson } from '../../replay/same.ts';
import { steps } from '../../replay/steps.ts';
import { tally } from '../domain/tally.ts';
import { all, fold, memoryLog, type Sent, stateless } from './memoryLog.ts';

const add = (amount: number): Sent => ({ type: 'add', data: { amount } });

describe('the next change of a value, and the last', () => {
  it('are the events that changed it, wherever recorded states are', async () => {
    const pages = fc.array(fc.tuple(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1 }), fc.boolean()), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(pages, fc.nat(), async (shape, place) => {
        const folded = fold(tally, ...shape.map(([amounts]) => amounts.map(add)));
        const log = memoryLog(folded.map((page, index) => (shape[index]?.[1] ? page : stateless(page))));
        const version = (place % (folded.at(-1)?.to ?? 1)) + 1;
        const path = ['sum'];
        const changing = (await all(steps(log, tally)))
          .filter(({ before, after }) => !sameJson(before.sum, after.sum))
          .map(({ event }) => event.seq);
        expect(await nextChange(log, tally, { path, version })).toBe(changing.find((seq) => seq > version));
        expect(await lastChange(log, tally, { path, version })).toBe(changing.findLast((seq) => seq < version));
      }),
    );
  });

  it('read no further than they need', async () => {
    const log = memoryLog(fold(tally, ...Array.from({ length: 100 }, () => [add(1)])));
    await lastChange(log, tally, { path: ['sum'], version: 90 });
    await nextChange(log, tally, { path: ['sum'], version: 90 });
    expect(log.reads.pages).toBeLessThan(10);
  });
});

it('the value at a path is nothing where the path leads nowhere', () => {
  const state = { list: [{ a: 1 }], text: 'abc' };
  expect([valueAt(state, ['list', 0, 'a']), valueAt(state, [])]).toEqual([1, state]);
  for (const path of [['list', 1, 'a'], ['text', 0], ['toString'], ['no', 'way']])
    expect(valueAt(state, path)).toBeUndefined();
});
