import {
  BatchGetItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  TransactGetItemsCommand,
  type TransactGetItemsCommandOutput,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDynamo, type Dynamo } from '../../dynamodb/index.ts';
import { clientOf } from './client.ts';
import { iteratorAt, recordsAt, shardIds, streamed, table } from './tables.ts';

let dynamo: Dynamo;
let client: DynamoDBClient;
let close: () => Promise<void>;
let now: number;

beforeEach(async () => {
  now = Date.parse('2026-12-01T12:00:00Z');
  dynamo = await createDynamo({ tables: [table('accounts'), streamed('transfers')], now: () => now });
  ({ client, close } = await clientOf(dynamo));
});
afterEach(() => close());

const put = (id: string, amount: number) => ({
  Put: { TableName: 'accounts', Item: { id: { S: id }, amount: { N: `${amount}` } } },
});
const transfer = (id: string) => ({ Put: { TableName: 'transfers', Item: { id: { S: id } } } });
const add = (id: string, amount: number, ConditionExpression?: string) => ({
  Update: {
    TableName: 'accounts',
    Key: { id: { S: id } },
    UpdateExpression: 'ADD amount :a',
    ExpressionAttributeValues: { ':a': { N: `${amount}` }, ...(ConditionExpression && { ':least': { N: '0' } }) },
    ...(ConditionExpression && { ConditionExpression }),
  },
});
const write = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  client.send(new TransactWriteItemsCommand({ TransactItems, ...(ClientRequestToken && { ClientRequestToken }) }));
/** In one turn of the event loop, as calls over HTTP are not. */
const together = (TransactItems: TransactWriteItem[]) => dynamo.engine('TransactWriteItems', { TransactItems });
const amounts = async (...ids: string[]) => {
  const Keys = ids.map((id) => ({ id: { S: id } }));
  const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: { accounts: { Keys } } }));
  return Object.fromEntries((Responses?.accounts ?? []).map(({ id, amount }) => [id?.S, Number(amount?.N)]));
};

describe('a transaction that writes', () => {
  it('writes all of it, with the records of the streams', async () => {
    await write([put('ann', 10), put('bob', 5), put('old', 1)]);
    await write([
      add('ann', -3),
      add('bob', 3),
      { Delete: { TableName: 'accounts', Key: { id: { S: 'old' } } } },
      transfer('t1'),
    ]);
    expect(await amounts('ann', 'bob', 'old')).toEqual({ ann: 7, bob: 8 });
    const seen = [];
    for (const shard of await shardIds(dynamo, 'transfers')) {
      const iterator = await iteratorAt(dynamo, 'transfers', shard, { ShardIteratorType: 'TRIM_HORIZON' });
      seen.push(...(await recordsAt(dynamo, iterator)).Records);
    }
    expect(seen).toMatchObject([{ eventName: 'INSERT', dynamodb: { Keys: { id: { S: 't1' } } } }]);
  });

  it('writes nothing where a condition fails, and says of each part why', async () => {
    await write([put('ann', 10)]);
    const check = {
      ConditionCheck: {
        TableName: 'accounts',
        Key: { id: { S: 'ann' } },
        ConditionExpression: 'amount > :ten',
        ExpressionAttributeValues: { ':ten': { N: '10' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      },
    };
    await expect(write([transfer('t2'), check, add('bob', 1)])).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: expect.stringContaining('[None, ConditionalCheckFailed, None]'),
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: { id: { S: 'ann' }, amount: { N: '10' } } },
        { Code: 'None' },
      ],
    });
    expect(await amounts('ann', 'bob')).toEqual({ ann: 10 });
  });

  it('checks an item without writing it', async () => {
    await write([put('ann', 10)]);
    const Key = { id: { S: 'ann' } };
    const check = { TableName: 'accounts', Key, ConditionExpression: 'attribute_exists(id)' };
    await write([{ ConditionCheck: check }, put('bob', 1)]);
    expect(await amounts('ann', 'bob')).toEqual({ ann: 10, bob: 1 });
  });

  it('keeps the sum, however many go on at once, other writes among them', async () => {
    await write([put('ann', 20), put('bob', 20)]);
    const enough = 'amount > :least';
    const moves = Array.from({ length: 60 }, (_, n) => {
      const [from, to] = n % 3 === 0 ? ['bob', 'ann'] : ['ann', 'bob'];
      return together([add(to, 1), add(from, -1, enough)]);
    });
    const single = Array.from({ length: 10 }, () => dynamo.engine('UpdateItem', add('ann', 1).Update));
    const ended = await Promise.allSettled(moves);
    await Promise.all(single);
    const refused = ended.filter(({ status }) => status === 'rejected').length;
    const { ann = 0, bob = 0 } = await amounts('ann', 'bob');
    expect(ann + bob).toBe(50);
    expect(ann).toBeGreaterThanOrEqual(0);
    expect(refused).toBeLessThan(60);
  });

  it('is carried out once under its token, for ten minutes', async () => {
    await write([put('ann', 0)]);
    await write([add('ann', 1)], 'token');
    await write([add('ann', 1)], 'token');
    expect(await amounts('ann')).toEqual({ ann: 1 });
    await expect(write([add('ann', 2)], 'token')).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
    now += 10 * 60 * 1000;
    await write([add('ann', 1)], 'token');
    expect(await amounts('ann')).toEqual({ ann: 2 });
  });

  it.each<[string, TransactWriteItem[], string]>([
    ['no part', [], 'ValidationException'],
    ['more than a hundred', Array.from({ length: 101 }, (_, n) => put(`${n}`, 0)), 'ValidationException'],
    ['two of an item', [put('ann', 1), add('ann', 1)], 'ValidationException'],
    ['two in one part', [{ ...put('ann', 1), ...add('bob', 1) }], 'ValidationException'],
    ['an item without its key', [{ Put: { TableName: 'accounts', Item: {} } }], 'ValidationException'],
    [
      'a table that is not there',
      [{ Put: { TableName: 'none', Item: { id: { S: 'a' } } } }],
      'ResourceNotFoundException',
    ],
    [
      'an expression that is none',
      [put('bob', 1), { Update: { ...add('ann', 1).Update, UpdateExpression: 'PLUS amount :a' } }],
      'ValidationException',
    ],
  ])('is refused with %s', async (_, parts, name) => {
    await expect(write(parts)).rejects.toMatchObject({ name });
    expect(await amounts('ann', 'bob')).toEqual({});
  });
});

describe('a transaction that reads', () => {
  const get = (id: string, more: object = {}) => ({ Get: { TableName: 'accounts', Key: { id: { S: id } }, ...more } });

  it('answers in the order of its parts, and with nothing for what is not there', async () => {
    await client.send(new PutItemCommand({ TableName: 'accounts', Item: { id: { S: 'ann' }, amount: { N: '1' } } }));
    const parts = [get('none'), get('ann'), get('ann', { ProjectionExpression: 'amount' })];
    const { Responses } = await client.send(new TransactGetItemsCommand({ TransactItems: parts }));
    expect(Responses).toEqual([
      {},
      { Item: { id: { S: 'ann' }, amount: { N: '1' } } },
      { Item: { amount: { N: '1' } } },
    ]);
  });

  it('sees all of another transaction, or nothing', async () => {
    await write([put('ann', 0), put('bob', 0)]);
    const parts = [get('ann'), get('bob')];
    const reads: Promise<(string | undefined)[] | undefined>[] = [];
    const writes: Promise<unknown>[] = [];
    for (let n = 0; n < 30; n += 1) {
      writes.push(together([add('bob', 1), add('ann', 1)]));
      const read = dynamo.engine('TransactGetItems', {
        TransactItems: parts,
      }) as Promise<TransactGetItemsCommandOutput>;
      reads.push(read.then(({ Responses }) => Responses?.map(({ Item }) => Item?.amount?.N)));
    }
    await Promise.all(writes);
    for (const [ann, bob] of (await Promise.all(reads)).filter((each) => each !== undefined)) expect(ann).toBe(bob);
  });
});
