import type { Level, Operation } from 'dynalite/db/index.js';
import { expect, it } from 'vitest';
import { createWriter } from '../../dynamodb/writer.ts';
import { until } from './tables.ts';

const put = (key: string): Operation => ({ type: 'put', key, value: 0 });

/** A database whose batches end when told to. */
const slowLevel = () => {
  const batches: string[][] = [];
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const db: Pick<Level, 'batch'> = {
    batch: (operations) => {
      batches.push(operations.map(({ key }) => key));
      return new Promise((resolve, reject) => ends.push({ resolve, reject }));
    },
  };
  return { db: db as Level, batches, ends };
};

it('puts whole writes into one batch, with all that came while the batch before was on its way', async () => {
  const { db, batches, ends } = slowLevel();
  let landed = 0;
  let numbered = 0;
  const writer = createWriter(db, () => {
    landed += 1;
  });
  const write = (name: string) =>
    writer.write(() => {
      numbered += 1;
      return [put(`${name}-item`), put(`${name}-record-${numbered}`)];
    });
  const first = write('a');
  await Promise.resolve();
  const others = [write('b'), write('c')];
  expect(batches).toEqual([['a-item', 'a-record-1']]);
  ends[0]?.resolve();
  await first;
  expect(landed).toBe(1);
  await until(() => batches.length === 2);
  expect(batches[1]).toEqual(['b-item', 'b-record-2', 'c-item', 'c-record-3']);
  ends[1]?.resolve();
  await Promise.all(others);
  await writer.idle();
  expect(landed).toBe(2);
});

it('fails the writes of a failed batch, and goes on', async () => {
  const { db, ends } = slowLevel();
  const writer = createWriter(db, () => undefined);
  const failing = writer.write(() => [put('a')]);
  await Promise.resolve();
  ends[0]?.reject(new Error('disk full'));
  await expect(failing).rejects.toThrow('disk full');
  const next = writer.write(() => [put('b')]);
  await until(() => ends.length === 2);
  ends[1]?.resolve();
  await next;
});
