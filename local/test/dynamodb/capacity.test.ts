import dynalite from 'dynalite/db/index.js';
import { expect, it } from 'vitest';
import { defineTable } from '../../dynamodb/definition.ts';
import { createSequence, zero } from '../../dynamodb/sequence.ts';
import { createStream } from '../../dynamodb/stream.ts';
import { streamArn, streamed } from './tables.ts';

it('keeps the newest records of a shard when it has a capacity, and knows up to where it dropped them', async () => {
  const { db } = dynalite.create({});
  await db.open();
  const sequence = createSequence(zero, () => Date.UTC(2026, 10, 1));
  const stream = createStream({
    db,
    table: defineTable(streamed('heads')),
    definition: { arn: streamArn('heads'), view: 'NEW_IMAGE' },
    sequence,
    now: () => Date.UTC(2026, 10, 1),
    capacity: 3,
  });
  for (let n = 1; n <= 5; n += 1) {
    await db.batch([stream.append('key', { after: { id: { S: 'a' }, n: { N: String(n) } } })]);
  }
  await stream.trim();
  const shards = await Promise.all([0, 1, 2, 3].map((shard) => stream.read(shard, 'oldest', 10)));
  const shard = shards.findIndex((records) => records.length > 0);
  expect(shards[shard]?.map(({ dynamodb }) => dynamodb.NewImage?.n)).toEqual([{ N: '3' }, { N: '4' }, { N: '5' }]);
  expect(stream.horizon(shard) > zero).toBe(true);
  expect(stream.horizon(shard) < (shards[shard]?.[0]?.dynamodb.SequenceNumber ?? '')).toBe(true);
  await db.close();
});
