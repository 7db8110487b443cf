import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bisect } from '../../replay/bisect.ts';
import { remembered } from '../../replay/remembered.ts';
import { tally } from '../domain/tally.ts';
import { all, fold, memoryLog, stateless } from './memoryLog.ts';

const add = { type: 'add', data: { amount: 1 } };
/** Pages of these sizes, and whether they are checkpoints. */
const shape = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 40 });
const pagesOf = (sizes: readonly (readonly [size: number, recorded: boolean])[]) =>
  fold(tally, ...sizes.map(([size]) => Array.from({ length: size }, () => add))).map((page, index) =>
    sizes[index]?.[1] ? page : stateless(page),
  );
const ends = (pages: ReturnType<typeof pagesOf>) => [pages[0], pages.at(-1)].flatMap((page) => page ?? []);

describe('a log that is remembered', () => {
  it('is the same log, whatever was read of it before', async () => {
    const questions = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(shape, questions, fc.boolean(), async (sizes, asked, opened) => {
        const pages = pagesOf(sizes);
        const plain = memoryLog(pages);
        const last = pages.at(-1)?.to ?? 0;
        const log = remembered(opened ? { ...memoryLog(pages), edges: ends(pages) } : memoryLog(pages));
        for (const [a, b] of asked) {
          const [one, other] = [1 + (a % last), 1 + (b % last)];
          const [from, to] = [Math.min(one, other), Math.max(one, other)];
          expect(await log.checkpoint(to)).toEqual(await plain.checkpoint(to));
          expect(await all(log.pages({ from, to }))).toEqual(await all(plain.pages({ from, to })));
        }
        expect(await log.extent()).toEqual(await plain.extent());
      }),
    );
  });

  it('is read no page twice', async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.nat(), async (sizes, place) => {
        const pages = pagesOf(sizes);
        const version = (place % (pages.at(-1)?.to ?? 1)) + 1;
        const source = memoryLog(pages);
        await bisect(remembered(source), tally, ({ sum }) => sum >= version);
        expect(source.reads.pages).toBeLessThanOrEqual(pages.length);
      }),
    );
  });

  it('is halved with a page a time', async () => {
    const source = memoryLog(pagesOf(Array.from({ length: 4_096 }, () => [3, true] as const)));
    expect(await bisect(remembered(source), tally, ({ sum }) => sum >= 7_777)).toMatchObject({ version: 7_777 });
    expect(source.reads.pages).toBeLessThan(20);
  });

  it('keeps a number of pages that does not grow with the log', async () => {
    const source = memoryLog(pagesOf(Array.from({ length: 200 }, () => [1, false] as const)));
    const log = remembered(source);
    await all(log.pages({ from: 1, to: 200 }));
    await all(log.pages({ from: 1, to: 100 }));
    expect(source.reads.pages).toBe(300);
  });

  it('goes on where the room does, for a stretch without an end', async () => {
    const pages = pagesOf([
      [1, true],
      [1, true],
    ]);
    const log = remembered({ ...memoryLog(pages), edges: pages.slice(0, 1) });
    expect(await log.extent()).toEqual({ first: 1, last: 1 });
    expect(await all(log.pages())).toEqual(pages);
  });
});
