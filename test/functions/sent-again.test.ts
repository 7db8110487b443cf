import { beforeEach, describe, expect, it } from 'vitest';
import { counter } from '../../domain/kinds/counter.ts';
import { retryWindow } from '../../domain/limits.ts';
import { createRecentIds } from '../../functions/fold/sent-again.ts';
import { tablesOfFile } from '../store/tables.ts';
import { coldFold, plus } from './cold-fold.ts';

const tables = await tablesOfFile();

describe('an action that is sent again', () => {
  let reads: string[] = [];
  beforeEach(() => {
    reads = [];
    tables.through(({ operation, input }, next) => {
      if (operation === 'Query' && String(input.TableName).includes('log')) reads.push(String(input.Limit));
      return next();
    });
  });

  const again = (room: string, seq: number, id: string, more: { readonly appended?: number } = {}) =>
    plus(room, seq, { id, retry: true, connection: 'new', by: 'new', ...more });

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
    for (let seq = 1; seq <= 20; seq += 1)
      await fold(plus('counter/many', seq, { id: 'x', by: `sender ${seq}`, connection: `sender ${seq}` }));
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
    await fold(again('counter/hot', 10, 'id-2'), again('counter/hot', 11, 'id-3'), again('counter/hot', 12, 'id-3'));
    expect(reads.slice(1)).toEqual(['1', '1']);
    expect((await verdicts('counter/hot')).firsts).toEqual([
      [10, 2],
      [11, 3],
      [12, 3],
    ]);
  });

  it('costs one reading of a page that has the firsts of many', async () => {
    const { fold } = coldFold(tables);
    await fold(...Array.from({ length: 50 }, (_, index) => plus('counter/one-page', index + 1)));
    await fold(plus('counter/one-page', 51));
    reads = [];
    await fold(...Array.from({ length: 50 }, (_, index) => again('counter/one-page', index + 52, `id-${index + 1}`)));
    expect(reads).toHaveLength(2);
    expect((await verdicts('counter/one-page')).state).toBe(51);
  });

  it.each(['marked', 'unmarked'])(
    '[F6] counts once in a batch that takes several pages, %s as sent again',
    async (how) => {
      const room = `tally/${how}`;
      const { fold } = coldFold(tables);
      const first = { type: 'add', data: { amount: 1 }, id: 'x' } as const;
      const large = (seq: number) => plus(room, seq, { type: 'add', data: { amount: 0, text: 'x'.repeat(30_000) } });
      const more = Array.from({ length: 30 }, (_, index) => large(index + 2));
      await fold(plus(room, 1, first), ...more, plus(room, 32, { ...first, ...(how === 'marked' && { retry: true }) }));
      const pages = await tables.log.pages(room, 1, 99);
      expect(pages.length).toBeGreaterThan(3);
      expect(pages.at(-1)?.events.at(-1)).toMatchObject({ seq: 32, refused: 'duplicate', first: { seq: 1 } });
    },
  );

  it('[F6] counts once when it overtook the one that was sent first', async () => {
    const { fold } = coldFold(tables);
    await fold(
      plus('counter/overtook', 1, { id: 'x', retry: true }),
      plus('counter/overtook', 2, { id: 'x' }),
      plus('counter/overtook', 3),
    );
    expect(await verdicts('counter/overtook')).toEqual({ state: 2, firsts: [[2, 1]] });
  });

  it('[F6] counts once however late it is folded, and what is remembered does not reach back so far', async () => {
    const room = 'counter/late';
    const { fold, clock } = coldFold(tables);
    const sent = clock.now;
    const later = (seq: number, id: string) => again(room, seq, id, { appended: sent + 10_000 });
    await fold(plus(room, 1, { id: 'x', appended: sent }), plus(room, 2, { id: 'y', appended: sent }));
    clock.now += 60 * 60_000;
    await fold(plus(room, 3, { appended: clock.now }));
    await fold(later(4, 'x'));
    const other = coldFold(tables);
    other.clock.now = clock.now;
    await other.fold(again(room, 5, 'z', { appended: clock.now }));
    await other.fold(later(6, 'y'));
    expect((await verdicts(room)).firsts).toEqual([
      [4, 1],
      [6, 2],
    ]);
  });

  it('leaves nothing to remember in a room where nothing was sent again for a while', async () => {
    const { fold, clock } = coldFold(tables);
    await fold(again('counter/calm', 1, 'a', { appended: clock.now }));
    clock.now += 6 * 60_000;
    await fold(plus('counter/calm', 2));
    reads = [];
    await fold(again('counter/calm', 3, 'b', { appended: clock.now }));
    expect(reads).toHaveLength(1);
  });
});

describe('the ids of the last minutes', () => {
  const minute = 60_000;
  const page = (from: number, ...ids: readonly string[]) => ({ from, events: ids.map((id) => ({ id })) });

  it('say which pages have an id, for as long as an action is looked for and not for ever', () => {
    const ids = createRecentIds(-5 * minute, 0);
    ids.add(page(1, 'a', 'a', 'b'), 0);
    ids.add(page(4, 'a', 'c'), 7 * minute);
    expect(['a', 'b', 'c', 'd'].map((id) => ids.pagesOf(id, 0))).toEqual([[1, 4], [1], [4], []]);
    expect([ids.since, ids.size]).toEqual([-5 * minute, 4]);
    ids.add(page(6), 14 * minute);
    expect(['a', 'b', 'c'].map((id) => ids.pagesOf(id, 0))).toEqual([[4], [], [4]]);
    expect([ids.since, ids.size]).toEqual([7 * minute, 2]);
  });

  it('say of one id few pages, the first ones, whoever uses it', () => {
    const ids = createRecentIds(0, 0);
    for (let from = 1; from <= 1000; from += 1) ids.add(page(from, 'a'), 0);
    expect(ids.pagesOf('a', 0).length).toBeLessThan(50);
    expect(ids.pagesOf('a', 0)[0]).toBe(1);
  });

  it('are idle when nobody asked for some minutes', () => {
    const ids = createRecentIds(0, 0);
    expect(ids.idle(retryWindow)).toBe(false);
    ids.pagesOf('a', retryWindow);
    expect(ids.idle(2 * retryWindow)).toBe(false);
    expect(ids.idle(2 * retryWindow + 1)).toBe(true);
  });
});
