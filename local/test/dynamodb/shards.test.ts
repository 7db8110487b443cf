import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDynamo, type Dynamo } from '../../dynamodb/index.ts';
import { iteratorAt, put, recordsAt, shardIds, shardOf, streamArn, streamed, until } from './tables.ts';

let clock = Date.UTC(2026, 10, 1);
let dynamo: Dynamo;
beforeEach(async () => {
  dynamo = await createDynamo({ tables: [streamed('new', 'NEW_IMAGE')], now: () => clock });
});
afterEach(() => dynamo.close());

describe('shards', () => {
  it('keep the order of each item under writes at once, and spread the items', async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `item-${at}`);
    const add = (id: string) =>
      dynamo.engine('UpdateItem', {
        TableName: 'new',
        Key: { id: { S: id } },
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      });
    await Promise.all(ids.flatMap((id) => Array.from({ length: 10 }, () => add(id))));
    const shards = await shardIds(dynamo, 'new');
    const seen = new Map<string, string[]>();
    for (const shard of shards) {
      const { Records } = await recordsAt(
        dynamo,
        await iteratorAt(dynamo, 'new', shard, { ShardIteratorType: 'TRIM_HORIZON' }),
      );
      expect(Records.length).toBeGreaterThan(0);
      const numbers = Records.map(({ dynamodb }) => dynamodb.SequenceNumber);
      expect(numbers).toEqual(numbers.toSorted());
      for (const { dynamodb } of Records) {
        const id = dynamodb.Keys.id?.S ?? '';
        seen.set(id, [...(seen.get(id) ?? []), dynamodb.NewImage?.n?.N ?? '']);
      }
    }
    expect(shards).toHaveLength(4);
    expect(seen.size).toBe(40);
    for (const counts of seen.values()) expect(counts).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
  });

  it('never show a record before one with a lower number', async () => {
    const shards = await shardIds(dynamo, 'new');
    const iterators = new Map<string, string>();
    for (const shard of shards)
      iterators.set(shard, await iteratorAt(dynamo, 'new', shard, { ShardIteratorType: 'LATEST' }));
    let writing = true;
    const writes = Promise.all(
      Array.from({ length: 20 }, async (_, writer) => {
        for (let n = 0; n < 40; n += 1) await put(dynamo, 'new', { id: { S: `${writer}-${n}` } });
      }),
    ).then(() => {
      writing = false;
    });
    const seen: string[] = [];
    const poll = async () => {
      for (const [shard, iterator] of iterators) {
        const { Records, NextShardIterator } = await recordsAt(dynamo, iterator, 7);
        iterators.set(shard, NextShardIterator);
        seen.push(...Records.map(({ eventID }) => eventID));
      }
    };
    while (writing) await poll();
    await writes;
    await until(async () => {
      await poll();
      return seen.length >= 800;
    });
    expect(new Set(seen).size).toBe(800);
  });
});

describe('iterators', () => {
  it('start at, after, before and behind the records', async () => {
    for (const n of ['1', '2', '3']) await put(dynamo, 'new', { id: { S: 'a' }, n: { N: n } });
    const { shard, records } = await shardOf(dynamo, 'new', 'a');
    const second = records[1]?.dynamodb.SequenceNumber ?? '';
    const latest = await iteratorAt(dynamo, 'new', shard, { ShardIteratorType: 'LATEST' });
    await put(dynamo, 'new', { id: { S: 'a' }, n: { N: '4' } });
    const from = async (iterator: string) =>
      (await recordsAt(dynamo, iterator)).Records.map(({ dynamodb }) => dynamodb.NewImage?.n?.N);
    expect(await from(latest)).toEqual(['4']);
    const at = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: second };
    expect(await from(await iteratorAt(dynamo, 'new', shard, at))).toEqual(['2', '3', '4']);
    const after = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: second };
    expect(await from(await iteratorAt(dynamo, 'new', shard, after))).toEqual(['3', '4']);
  });

  it('go on where the last read ended, limited in records and in bytes', async () => {
    for (let n = 0; n < 5; n += 1) {
      await put(dynamo, 'new', { id: { S: 'a' }, n: { N: String(n) }, fill: { S: 'x'.repeat(300_000) } });
    }
    const { shard, records } = await shardOf(dynamo, 'new', 'a');
    expect(records.map(({ dynamodb }) => dynamodb.NewImage?.n?.N)).toEqual(['0', '1', '2']);
    const start = await iteratorAt(dynamo, 'new', shard, { ShardIteratorType: 'TRIM_HORIZON' });
    const two = await recordsAt(dynamo, start, 2);
    const rest = await recordsAt(dynamo, two.NextShardIterator);
    expect(rest.Records.map(({ dynamodb }) => dynamodb.NewImage?.n?.N)).toEqual(['2', '3', '4']);
  });

  it('are refused when malformed, too old, or of an unknown stream or shard', async () => {
    const [shard = ''] = await shardIds(dynamo, 'new');
    await expect(recordsAt(dynamo, 'nonsense')).rejects.toMatchObject({ name: 'ValidationException' });
    const iterator = await iteratorAt(dynamo, 'new', shard, { ShardIteratorType: 'LATEST' });
    await expect(recordsAt(dynamo, iterator, 1001)).rejects.toMatchObject({ name: 'ValidationException' });
    clock += 15 * 60 * 1000 + 1;
    await expect(recordsAt(dynamo, iterator)).rejects.toMatchObject({ name: 'ExpiredIteratorException' });
    await expect(iteratorAt(dynamo, 'new', 'shard-9', { ShardIteratorType: 'LATEST' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(dynamo.engine('DescribeStream', { StreamArn: streamArn('none') })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
