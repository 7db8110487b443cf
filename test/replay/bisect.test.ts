import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bisect } from '../../replay/bisect.ts';
import { tally } from '../domain/tally.ts';
import { altered, fold, memoryLog, stateless } from './memoryLog.ts';

const add = { type: 'add', data: { amount: 1 } };
const log = (...sizes: readonly number[]) =>
  fold(tally, ...sizes.map((size) => Array.from({ length: size }, () => add)));

describe('bisect', () => {
  it('finds the event that made it true', async () => {
    const found = await bisect(memoryLog(log(3, 3, 3)), tally, ({ sum }) => sum >= 5);
    expect(found).toMatchObject({ version: 5, by: 'event', event: { seq: 5 }, state: { sum: 5 } });
    expect(found?.before).toEqual({ version: 4, state: { sum: 4, text: '' } });
  });

  it('finds it in any log, wherever its checkpoints are', async () => {
    const shape = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(shape, fc.nat(), async (sizes, place) => {
        const pages = log(...sizes.map(([size]) => size)).map((page, index) =>
          sizes[index]?.[1] ? page : stateless(page),
        );
        const version = (place % (pages.at(-1)?.to ?? 1)) + 1;
        const found = await bisect(memoryLog(pages), tally, async ({ sum }) => sum >= version);
        expect(found).toMatchObject({ version, by: 'event' });
      }),
    );
  });

  it('finds nothing where it is not true at the end', async () => {
    expect(await bisect(memoryLog(log(3, 3)), tally, ({ sum }) => sum > 6)).toBeUndefined();
  });

  it('says when it has been true from the beginning, or from the first checkpoint left', async () => {
    expect(await bisect(memoryLog(log(3, 3)), tally, ({ sum }) => sum >= 0)).toMatchObject({ version: 0, by: 'start' });
    const kept = memoryLog(log(3, 3, 3).slice(1));
    expect(await bisect(kept, tally, ({ sum }) => sum >= 2)).toMatchObject({ version: 6, by: 'start' });
    expect(await bisect(kept, tally, ({ sum }) => sum >= 8)).toMatchObject({ version: 8, by: 'event' });
  });

  it('names the recorded state where the events before it do not lead to it', async () => {
    const pages = altered(log(3, 3, 3), 2, { state: { sum: -1, text: '' } });
    const found = await bisect(memoryLog(pages), tally, ({ sum }) => sum < 0);
    expect(found).toMatchObject({ version: 9, by: 'record', before: { version: 6 } });
  });

  it('passes on what the predicate throws', async () => {
    const asked = bisect(memoryLog(log(3)), tally, () => {
      throw new Error('No such field.');
    });
    await expect(asked).rejects.toThrow('No such field.');
  });
});
