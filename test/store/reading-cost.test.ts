import { describe, expect, it } from 'vitest';
import { counter } from '../../domain/kinds/counter.ts';
import type { Page } from '../../domain/page.ts';
import { databaseHistory } from '../../replay/history/database.ts';
import { remembered } from '../../replay/remembered.ts';
import { stateAt } from '../../replay/state.ts';
import { tablesOfFile } from './tables.ts';

const tables = await tablesOfFile();

/** Four events a page. */
const pageOf = (room: string, number: number, recorded: boolean, text = ''): Page => ({
  room,
  from: 4 * number - 3,
  to: 4 * number,
  events: [3, 2, 1, 0].map((before) => {
    const seq = 4 * number - before;
    return { seq, id: `id-${seq}`, type: 'plus', data: { text }, by: 'ann', connection: 'c', at: seq };
  }),
  bytes: 400,
  ...(recorded && { state: 4 * number }),
  at: number,
  epoch: 'e',
  since: 4 * number - 4,
  lanes: 1,
});

/** A room of 120 pages, every so many of which are checkpoints. */
const roomWith = async (room: string, every: number): Promise<string> => {
  for (let number = 1; number <= 120; number += 1) await tables.log.commit(pageOf(room, number, number % every === 0));
  return room;
};
const always = await roomWith('counter/always', 1);
const seldom = await roomWith('counter/seldom', 40);

/** What DynamoDB is asked, what it reads for that, and what it sends of it. */
const costOf = async (read: () => Promise<unknown>) => {
  const cost = { queries: 0, pages: 0, sent: 0 };
  tables.through(async (_, next) => {
    const answer = await next();
    const { ScannedCount = 0, Items = [] } = answer as { ScannedCount?: number; Items?: readonly unknown[] };
    cost.queries += 1;
    cost.pages += ScannedCount;
    cost.sent += Items.length;
    return answer;
  });
  await read();
  return cost;
};

const taking = async (pages: AsyncIterable<Page>, most: number): Promise<void> => {
  let taken = 0;
  for await (const _ of pages) if (++taken === most) return;
};

describe('what a function pays', () => {
  const { log } = tables;

  it('for where a room stands: two pages where each is a checkpoint, and few questions where few are', async () => {
    expect(await costOf(() => log.latest(always, counter))).toEqual({ queries: 1, pages: 2, sent: 2 });
    expect(await costOf(() => log.latest('counter/none', counter))).toEqual({ queries: 1, pages: 0, sent: 0 });
    // The newest checkpoint before page 119 is page 80, 40 pages back: answers of 2, 8 and 32 pages.
    expect(await costOf(() => log.at(seldom, counter, 4 * 119))).toEqual({ queries: 3, pages: 42, sent: 42 });
  });

  it('for where it stood: the same, in the middle of a page too', async () => {
    expect(await costOf(() => log.at(always, counter, 4 * 60))).toEqual({ queries: 1, pages: 2, sent: 2 });
    expect(await costOf(() => log.at(always, counter, 4 * 60 - 1))).toEqual({ queries: 1, pages: 2, sent: 2 });
  });

  it('for a stretch: its pages, and no other', async () => {
    expect(await costOf(() => log.pages(always, 21, 24))).toEqual({ queries: 1, pages: 1, sent: 1 });
    expect(await costOf(() => log.pages(always, 22, 31))).toEqual({ queries: 2, pages: 3, sent: 3 });
    expect(await costOf(() => log.pages(always, 9, 8))).toEqual({ queries: 0, pages: 0, sent: 0 });
    expect(await costOf(() => log.page(always, 23))).toEqual({ queries: 1, pages: 1, sent: 1 });
  });

  it('for a stretch backwards: the same, with a question less where a page begins with it', async () => {
    expect(await costOf(() => taking(log.pagesBack(always, 21, 32), 99))).toEqual({ queries: 1, pages: 3, sent: 3 });
    expect(await costOf(() => taking(log.pagesBack(always, 22, 32), 99))).toEqual({ queries: 2, pages: 3, sent: 3 });
    expect(await costOf(() => taking(log.pagesBack(always, 9, 8), 99))).toEqual({ queries: 0, pages: 0, sent: 0 });
  });

  it('for large pages: no more than are taken, and what fits into the same answer', async () => {
    const room = 'counter/large';
    for (let number = 1; number <= 9; number += 1) await log.commit(pageOf(room, number, false, 'x'.repeat(90_000)));
    // An answer ends at 1 MB, which is with the third page of 360 KB.
    expect(await costOf(() => taking(log.pagesBack(room, 1, 36), 2))).toMatchObject({ queries: 1, pages: 3 });
    expect(await costOf(() => taking(log.pagesBack(room, 1, 36), 4))).toMatchObject({ queries: 2, pages: 6 });
  });
});

describe('what a reader of history pays', () => {
  const opened = async (room: string) => {
    const history = databaseHistory('the local runtime', tables.database, tables.names);
    return { history, log: await history.open(room) };
  };

  it('for the ends of a room: two pages', async () => {
    expect(await costOf(() => opened(always))).toEqual({ queries: 2, pages: 2, sent: 2 });
    const { log } = await opened(always);
    expect(await costOf(() => log.extent())).toEqual({ queries: 2, pages: 2, sent: 2 });
  });

  it('for a recorded state: as much as a function', async () => {
    const { log } = await opened(always);
    expect(await costOf(() => log.checkpoint(4 * 60))).toEqual({ queries: 1, pages: 2, sent: 2 });
    const other = await opened(seldom);
    expect(await costOf(() => other.log.checkpoint(4 * 119))).toEqual({ queries: 3, pages: 42, sent: 42 });
  });

  it('for a state, in a log that is remembered: the pages back to the checkpoint, each once', async () => {
    const { log } = await opened(seldom);
    const once = remembered(log);
    expect(await costOf(() => stateAt(once, counter, 4 * 119))).toEqual({ queries: 3, pages: 42, sent: 42 });
    expect(await costOf(() => stateAt(once, counter, 4 * 118))).toEqual({ queries: 0, pages: 0, sent: 0 });
  });

  it('for all checkpoints: one question, of which only they are the answer', async () => {
    const { log } = await opened(seldom);
    expect(await costOf(() => Array.fromAsync(log.checkpoints()))).toEqual({ queries: 1, pages: 120, sent: 3 });
  });

  it('for the whole room: each page once, and the first alone for whoever wants no more', async () => {
    const { log, history } = await opened(seldom);
    expect(await costOf(() => Array.fromAsync(log.pages()))).toEqual({ queries: 2, pages: 120, sent: 120 });
    const before = history.reads.pages;
    expect(await costOf(() => taking(log.pages(), 1))).toEqual({ queries: 1, pages: 1, sent: 1 });
    expect(history.reads.pages - before).toBe(1);
  });
});
