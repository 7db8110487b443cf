import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { counter } from '../../domain/counter.ts';
import { retryWindow } from '../../domain/limits.ts';
import { createRecentIds } from '../../functions/fold/sent-again.ts';
import { startTables, type Tables } from '../store/tables.ts';
import { coldFold, plus } from './cold-fold.ts';

describe('an action that is sent again', () => {
  let tables: Tables;
  let reads: string[] = [];
  beforeAll(async () => {
    tables = await startTables();
    tables.through(({ operation, input }, next) => {
      if (operation === 'Query' && String(input.TableName).includes('log')) reads.push(String(input.Limit));
      return next();
    });
  });
  afterEach(() => {
    reads = [];
  });
  afterAll(() => tables.close());

  const again = (room: string, seq: number, id: string) =>
    plus(room, seq, { id, retry: true, connection: 'new', by: 'new' });

  const verdicts = async (room: string) => {
    const { state } = await tables.log.latest(room, counter);
    const events = (await tables.log.pages(room, 1, 99)).flatMap((page) => page.events);
    return { state, firsts: events.flatMap(({ seq, first }) => (first ? [[seq, first.seq]] : [])) };
  };

  it('[F6] counts once, also some pages later and from another connection', async () => {
    const { fold } = coldFold(tables);
    await fold(plus('counter/again', 1, { id: 'x' }));
    await fold(plus('counter/again', 2));
    await fold(again('counter/again', 3, 'x'));
    await fold(again('counter/again', 4, 'y'));
    await fold(plus('counter/again', 5));
    await fold(again('counter/again', 6, 'y'));
    expect(await verdicts('counter/again')).toEqual({
      state: 4,
      firsts: [
        [3, 1],
        [6, 4],
      ],
    });
  });

  it('[F6] counts once when the first was folded elsewhere, behind the back of a fold that remembers', async () => {
    const [one, two] = [coldFold(tables), coldFold(tables)];
    await one.fold(again('counter/elsewhere', 1, 'x'));
    await two.fold(plus('counter/elsewhere', 2, { id: 'y' }));
    await two.fold(plus('counter/elsewhere', 3));
    await one.fold(again('counter/elsewhere', 4, 'y'));
    expect(await verdicts('counter/elsewhere')).toEqual({ state: 3, firsts: [[4, 2]] });
  });

  it('is a duplicate of the first of many with its id, also to a fold that remembers nothing', async () => {
    const { fold } = coldFold(tables);
    for (let seq = 1; seq <= 20; seq += 1) await fold(plus('counter/many', seq, { id: 'x', by: `sender ${seq}` }));
    await fold(plus('counter/many', 21));
    await coldFold(tables).fold(again('counter/many', 22, 'x'));
    expect(await verdicts('counter/many')).toEqual({ state: 21, firsts: [[22, 1]] });
  });

  it('costs one reading of the last minutes, and then a page for each one that is known', async () => {
    const { fold } = coldFold(tables);
    for (let seq = 1; seq <= 5; seq += 1) await fold(plus('counter/hot', seq));
    reads = [];
    await fold(again('counter/hot', 6, 'a'));
    expect(reads).toHaveLength(1);
    for (let seq = 7; seq <= 9; seq += 1) await fold(again('counter/hot', seq, `${seq}`));
    expect(reads).toHaveLength(1);
    await fold(again('counter/hot', 10, 'id-2'));
    expect(reads.slice(1)).toEqual(['1']);
    expect(await verdicts('counter/hot')).toEqual({ state: 9, firsts: [[10, 2]] });
  });
});

describe('the ids of the last minutes', () => {
  it('are kept for as long as an action is looked for, and not for ever', () => {
    const ids = createRecentIds(0);
    ids.add([{ id: 'a', seq: 1 }], 0);
    ids.add([{ id: 'b', seq: 2 }], retryWindow);
    ids.add([{ id: 'a', seq: 3 }], retryWindow + 1);
    expect([ids.seqsOf('a', 0), ids.seqsOf('b', 0), ids.seqsOf('c', 0)]).toEqual([[1, 3], [2], []]);
    ids.add([], 2 * retryWindow + 2);
    expect([ids.seqsOf('a', 0), ids.seqsOf('b', 0)]).toEqual([[3], []]);
  });

  it('are few for one id, the first ones, whoever uses it', () => {
    const ids = createRecentIds(0);
    for (let seq = 1; seq <= 1000; seq += 1) ids.add([{ id: 'a', seq }], 0);
    expect(ids.seqsOf('a', 0).length).toBeLessThan(50);
    expect(ids.seqsOf('a', 0)[0]).toBe(1);
  });

  it('are not needed any more when nobody asked for some minutes', () => {
    const ids = createRecentIds(0);
    expect(ids.inUse(retryWindow)).toBe(true);
    ids.seqsOf('a', retryWindow);
    expect(ids.inUse(2 * retryWindow)).toBe(true);
    expect(ids.inUse(2 * retryWindow + 1)).toBe(false);
  });
});
