import { expect, it } from 'vitest';
import { counter } from '../../domain/kinds/counter.ts';
import type { Page } from '../../domain/page.ts';
import { type Came, follow } from '../../replay/follow.ts';
import { all, fold, memoryLog, stateless } from './memoryLog.ts';

const pages = (...batches: readonly string[]): Page[] =>
  fold(counter, ...batches.map((batch) => [...batch].map((sign) => (sign === '+' ? 'plus' : 'minus'))));
const inEpoch = (epoch: string, all: readonly Page[]): Page[] => all.map((page) => ({ ...page, epoch }));

/** What has come in a log since it ended at a version. */
const since = async (version: number, log: readonly Page[], head?: number) => {
  const known: Came = { version, state: version, epoch: 'e' };
  return all(follow(memoryLog(log, head), counter as never, known));
};
const brief = (came: readonly Came[]) =>
  came.map(({ version, state, by, anew }) => [version, state, anew ? 'anew' : by?.event.seq]);

it('begins with the newest state alone', async () => {
  const came = await all(follow(memoryLog(pages('+++', '-')), counter, undefined));
  expect(came).toEqual([expect.objectContaining({ version: 4, state: 2, epoch: 'e' })]);
  expect(came[0]).not.toHaveProperty('by');
});

it('goes on event by event, with the state before each, whatever was recorded', async () => {
  const came = await since(2, pages('++', '+-', '+').map(stateless));
  expect(brief(came)).toEqual([
    [3, 3, 3],
    [4, 2, 4],
    [5, 3, 5],
  ]);
  expect(came[1]?.by?.before).toEqual({ version: 3, state: 3 });
});

it('reads nothing but the head where nothing has come', async () => {
  const log = memoryLog(pages('++'));
  expect(await all(follow(log, counter, { version: 2, state: 2, epoch: 'e' }))).toEqual([]);
  expect(log.reads.pages).toBe(0);
});

it.each([
  ['shorter', pages('+', '+')],
  ['longer', pages('+', '+', '+', '+', '+')],
])('begins anew with another history that is %s', async (_, other) => {
  const came = await since(3, inEpoch('f', other));
  expect(brief(came)).toEqual([[0, 0, 'anew'], ...other.map(({ to }) => [to, to, to])]);
  expect(came.at(-1)).toMatchObject({ epoch: 'f' });
});

it('takes a head alone that was set back for no other history', async () => {
  expect(await since(3, pages('+++'), 1)).toEqual([]);
});

it('says that a page is missing instead of going on without it', async () => {
  await expect(since(1, [...pages('+', '+', '+').slice(0, 1), ...pages('+', '+', '+').slice(2)])).rejects.toMatchObject(
    {
      fault: 'broken-log',
    },
  );
});
