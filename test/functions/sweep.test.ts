import { expect, it } from 'vitest';
import { sweepHandler } from '../../functions/sweep/handler.ts';

/** A run over these rooms, of which some can't be swept, with so many seconds left before each. */
const run = async (
  rooms: readonly string[],
  { seconds = [] as readonly number[], broken = [] as readonly string[] },
) => {
  const swept: [string, number][] = [];
  const lines: [string, object][] = [];
  const note = (line: unknown, more: unknown) => lines.push([String(line), more as object]);
  const left = [...seconds];
  const handler = sweepHandler({
    rooms: async function* () {
      for (const room of rooms) yield { room };
    },
    sweep: {
      room: async (room, time) => {
        if (broken.includes(room)) throw new Error('no');
        swept.push([room, time]);
        return 2;
      },
    },
    days: 30,
    logger: { info: note, error: note } as never,
    now: () => 100 * 24 * 3_600_000,
  });
  const ended = handler({}, { getRemainingTimeInMillis: () => 1000 * (left.shift() ?? 900) });
  const failure = await ended.then(
    () => undefined,
    (cause: Error) => cause.message,
  );
  return { swept, failure, last: lines.at(-1) };
};

it('removes what is older than so many days, in every room', async () => {
  const { swept, failure, last } = await run(['a/1', 'a/2'], {});
  expect(swept).toEqual([
    ['a/1', 70 * 24 * 3_600_000],
    ['a/2', 70 * 24 * 3_600_000],
  ]);
  expect([failure, last]).toEqual([undefined, ['removed old pages', { rooms: 2, pages: 4, failed: 0, all: true }]]);
});

it('goes on after a room that fails, and ends as failed, so that somebody hears of it', async () => {
  const { swept, failure, last } = await run(['a/1', 'a/2', 'a/3'], { broken: ['a/1'] });
  expect(swept.map(([room]) => room)).toEqual(['a/2', 'a/3']);
  expect(failure).toBe('The old pages of 1 rooms could not be removed.');
  expect(last).toEqual(['removed old pages', { rooms: 3, pages: 4, failed: 1, all: true }]);
});

it('stops in time, and says that there is more', async () => {
  const { swept, failure, last } = await run(['a/1', 'a/2', 'a/3'], { seconds: [900, 61, 60] });
  expect(swept).toHaveLength(2);
  expect([failure, last]).toEqual([undefined, ['removed old pages', { rooms: 2, pages: 4, failed: 0, all: false }]]);
});
