import { describe, expect, it } from 'vitest';
import { counter } from '../../domain/kinds/counter.ts';
import type { Page } from '../../domain/page.ts';
import { scanRooms } from '../../store/rooms.ts';
import { createSweep } from '../../store/sweep.ts';
import { tablesOfFile } from './tables.ts';

const tables = await tablesOfFile();
const sweep = createSweep(tables.database, tables.names.log);

/** A page of one event, `seq`, that was folded at that time. */
const page = (room: string, seq: number, more: Partial<Page> = {}): Page => ({
  room,
  from: seq,
  to: seq,
  events: [{ seq, id: `id-${seq}`, type: 'plus', data: {}, by: 'ann', connection: 'c', at: seq }],
  bytes: 100,
  epoch: 'e',
  since: seq - 1,
  lanes: 1,
  at: seq,
  ...more,
});

const put = async (room: string, count: number, checkpoints: readonly number[]) => {
  for (let seq = 1; seq <= count; seq += 1)
    await tables.log.commit(page(room, seq, checkpoints.includes(seq) ? { state: seq } : {}));
};
const left = async (room: string) => (await tables.log.pages(room, 1, 10_000)).map(({ from }) => from);

describe('old pages', () => {
  it('go up to the newest old checkpoint, with which the log then begins', async () => {
    await put('counter/old', 12, [3, 6, 10]);
    expect(await sweep.room('counter/old', 9)).toBe(5);
    expect(await left('counter/old')).toEqual([6, 7, 8, 9, 10, 11, 12]);
    expect(await tables.log.latest('counter/old', counter)).toMatchObject({ version: 12, state: 12 });
    expect(await tables.log.at('counter/old', counter, 7)).toMatchObject({ version: 7, state: 7 });
  });

  it('stay where no state could be told without them, and all young ones', async () => {
    await put('counter/none', 5, []);
    await put('counter/young', 5, [4]);
    expect(await sweep.room('counter/none', 100)).toBe(0);
    expect(await sweep.room('counter/young', 4)).toBe(0);
    expect(await left('counter/none')).toHaveLength(5);
    expect(await left('counter/young')).toHaveLength(5);
  });

  it('go but for the newest checkpoint where all are old', async () => {
    await put('counter/quiet', 4, [1, 2, 3, 4]);
    expect(await sweep.room('counter/quiet', 100)).toBe(3);
    expect(await left('counter/quiet')).toEqual([4]);
    expect(await sweep.room('counter/quiet', 100)).toBe(0);
  });

  it('go in the order in which they came, so that what a failure leaves has no hole', async () => {
    await put('counter/long', 60, [60]);
    let writes = 0;
    tables.through(async ({ operation }, next) => {
      if (operation === 'BatchWriteItem' && ++writes === 2) throw new Error('the network is down');
      return next();
    });
    await expect(sweep.room('counter/long', 100)).rejects.toThrow();
    tables.through((_, next) => next());
    expect((await left('counter/long'))[0]).toBe(26);
    expect(await sweep.room('counter/long', 100)).toBe(34);
  });

  it('are looked at without the young ones', async () => {
    await put('counter/busy', 300, [2, 300]);
    let sent = 0;
    tables.through(async ({ operation }, next) => {
      const answer = (await next()) as { ScannedCount?: number };
      if (operation === 'Query') sent += answer.ScannedCount ?? 0;
      return answer;
    });
    await sweep.room('counter/busy', 3);
    expect(sent).toBeLessThan(20);
  });
});

it('begins anywhere among the rooms, and comes to all of them', async () => {
  const rooms = Array.from({ length: 30 }, (_, index) => `counter/r${index}`);
  for (const room of rooms)
    await tables.heads.append(room, { id: 'a', type: 'plus', data: {}, by: 'a', connection: 'c', at: 1 });
  const all = async (start?: string) => {
    const seen: string[] = [];
    for await (const { room } of scanRooms(tables.database, tables.names.heads, start)) seen.push(room);
    return seen;
  };
  const once = (await all()).toSorted();
  expect(once).toEqual(expect.arrayContaining(rooms));
  const starts = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(all));
  for (const seen of starts) expect([...new Set(seen)].toSorted()).toEqual(once);
  expect(new Set(starts.map(([first]) => first)).size).toBeGreaterThan(1);
});
