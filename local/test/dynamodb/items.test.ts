import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dynalite from 'dynalite/db/index.js';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDynamo, type Dynamo } from '../../dynamodb/index.ts';
import { put, table } from './tables.ts';

const ranged = (name: string, inputs: Record<string, unknown> = {}) =>
  table(name, {
    rangeKey: 'at',
    attributes: [
      { name: 'id', type: 'S' },
      { name: 'at', type: 'N' },
    ],
    ...inputs,
  });

const byOwner = {
  attributes: [
    { name: 'id', type: 'S' },
    { name: 'owner', type: 'S' },
  ],
  globalSecondaryIndexes: [{ name: 'byOwner', hashKey: 'owner', projectionType: 'ALL' }],
};

const query = async ({ engine }: Dynamo, TableName: string, id: string, more: Record<string, unknown> = {}) =>
  (await engine('Query', {
    TableName,
    KeyConditionExpression: 'id = :id',
    ExpressionAttributeValues: { ':id': { S: id } },
    ...more,
  })) as { Items: Record<string, { S?: string; N?: string }>[]; LastEvaluatedKey?: unknown };

const queryOwner = async ({ engine }: Dynamo, owner: string) =>
  (await engine('Query', {
    TableName: 'things',
    IndexName: 'byOwner',
    KeyConditionExpression: '#o = :o',
    ExpressionAttributeNames: { '#o': 'owner' },
    ExpressionAttributeValues: { ':o': { S: owner } },
  })) as { Count: number };

const median = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;

describe('items', () => {
  let dynamo: Dynamo;
  beforeEach(async () => {
    dynamo = await createDynamo({ tables: [ranged('pages'), ranged('others'), table('things', byOwner)] });
  });
  afterEach(() => dynamo.close());

  it('counts up with ADD however many do it at once', async () => {
    const add = () =>
      dynamo.engine('UpdateItem', {
        TableName: 'things',
        Key: { id: { S: 'a' } },
        UpdateExpression: 'ADD seq :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
        ReturnValues: 'UPDATED_NEW',
      });
    const answers = (await Promise.all(Array.from({ length: 200 }, add))) as { Attributes: { seq: { N: string } } }[];
    expect(new Set(answers.map(({ Attributes }) => Attributes.seq.N)).size).toBe(200);
    const read = await dynamo.engine('GetItem', { TableName: 'things', Key: { id: { S: 'a' } }, ConsistentRead: true });
    expect(read).toMatchObject({ Item: { seq: { N: '200' } } });
  });

  it('pages through one partition in order, from either end', async () => {
    for (const id of ['a', 'b', 'aa']) {
      for (let at = 1; at <= 12; at += 1) await put(dynamo, 'pages', { id: { S: id }, at: { N: String(at) } });
    }
    const first = await query(dynamo, 'pages', 'a', { Limit: 5 });
    expect(first.Items.map(({ at }) => at?.N)).toEqual(['1', '2', '3', '4', '5']);
    const rest = await query(dynamo, 'pages', 'a', { ExclusiveStartKey: first.LastEvaluatedKey });
    expect(rest.Items.map(({ at }) => at?.N)).toEqual(['6', '7', '8', '9', '10', '11', '12']);
    const last = await query(dynamo, 'pages', 'a', { ScanIndexForward: false, Limit: 1 });
    expect(last.Items.map(({ at }) => at?.N)).toEqual(['12']);
    const from = await query(dynamo, 'pages', 'a', {
      KeyConditionExpression: 'id = :id AND #at > :at',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':id': { S: 'a' }, ':at': { N: '10' } },
    });
    expect(from.Items.map(({ at }) => at?.N)).toEqual(['11', '12']);
  });

  it('queries at the cost of what comes back, not of what is stored', async () => {
    const full = await createDynamo({ tables: [ranged('pages'), ranged('others')] });
    onTestFinished(() => full.close());
    const fill = { S: 'x'.repeat(100) };
    for (const each of [dynamo, full])
      for (let at = 0; at < 20; at += 1) await put(each, 'pages', { id: { S: 'mine' }, at: { N: String(at) } });
    for (let batch = 0; batch < 2000; batch += 1) {
      const requests = Array.from({ length: 25 }, (_, at) => ({
        PutRequest: { Item: { id: { S: `other-${batch}` }, at: { N: String(at) }, fill } },
      }));
      await full.engine('BatchWriteItem', { RequestItems: { [batch % 2 ? 'pages' : 'others']: requests } });
    }
    const time = async (each: Dynamo): Promise<number> => {
      const start = performance.now();
      await query(each, 'pages', 'mine', { ScanIndexForward: false, Limit: 5 });
      return performance.now() - start;
    };
    const times: [number, number][] = [];
    // In turns, so that a machine that is busy with something else is so for both.
    for (let round = 0; round < 80; round += 1) times.push([await time(dynamo), await time(full)]);
    const typical = (which: 0 | 1) => median(times.slice(20).map((each) => each[which]));
    expect(typical(1) / typical(0)).toBeLessThan(5);
  });

  it('keeps a secondary index in step with its items', async () => {
    await put(dynamo, 'things', { id: { S: 'a' }, owner: { S: 'ann' } });
    await put(dynamo, 'things', { id: { S: 'b' }, owner: { S: 'ann' } });
    expect((await queryOwner(dynamo, 'ann')).Count).toBe(2);
    await put(dynamo, 'things', { id: { S: 'a' }, owner: { S: 'bob' } });
    await dynamo.engine('DeleteItem', { TableName: 'things', Key: { id: { S: 'b' } } });
    expect((await queryOwner(dynamo, 'ann')).Count).toBe(0);
    expect((await queryOwner(dynamo, 'bob')).Count).toBe(1);
  });

  it('refuses a write whose condition does not hold', async () => {
    await put(dynamo, 'things', { id: { S: 'a' } });
    const again = dynamo.engine('PutItem', {
      TableName: 'things',
      Item: { id: { S: 'a' } },
      ConditionExpression: 'attribute_not_exists(id)',
    });
    await expect(again).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', status: 400 });
  });

  it('refuses what it does not support, by name', async () => {
    const item = { TableName: 'things', Item: { id: { S: 'a' } } };
    await expect(
      dynamo.engine('PutItem', { ...item, ReturnValuesOnConditionCheckFailure: 'ALL_NEW' }),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('ReturnValuesOnCondition'),
    });
    await expect(dynamo.engine('ExecuteStatement', { Statement: '' })).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('ExecuteStatement'),
    });
    await expect(dynamo.engine('constructor', {})).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });

  it('refuses a table that is not there and an item that is too large', async () => {
    await expect(put(dynamo, 'nowhere', { id: { S: 'a' } })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const large = put(dynamo, 'things', { id: { S: 'a' }, fill: { S: 'x'.repeat(400 * 1024) } });
    await expect(large).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('describes its tables as the program has them', async () => {
    expect(await dynamo.engine('ListTables', {})).toEqual({ TableNames: ['others', 'pages', 'things'] });
    expect(await dynamo.engine('DescribeTable', { TableName: 'things' })).toMatchObject({
      Table: { TableStatus: 'ACTIVE', GlobalSecondaryIndexes: [{ IndexName: 'byOwner' }] },
    });
  });
});

describe('a data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dynamo-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('keeps items from one run to the next', async () => {
    const first = await createDynamo({ tables: [table('things')], dataDir: folder });
    await put(first, 'things', { id: { S: 'a' } });
    await first.close();
    const second = await createDynamo({ tables: [table('things')], dataDir: folder });
    expect(await second.engine('GetItem', { TableName: 'things', Key: { id: { S: 'a' } } })).toMatchObject({
      Item: { id: { S: 'a' } },
    });
    await second.close();
  });

  it('stops the start when a stored table has another key', async () => {
    await (await createDynamo({ tables: [table('things')], dataDir: folder })).close();
    await expect(createDynamo({ tables: [ranged('things')], dataDir: folder })).rejects.toThrow(
      'The stored table things has the key id (HASH, S), the program wants id (HASH, S) and at (RANGE, N)',
    );
    await (await createDynamo({ tables: [table('things')], dataDir: folder })).close();
  });

  it('fills an index that the program added meanwhile', async () => {
    const first = await createDynamo({ tables: [table('things')], dataDir: folder });
    await put(first, 'things', { id: { S: 'a' }, owner: { S: 'ann' } });
    await first.close();
    const second = await createDynamo({ tables: [table('things', byOwner)], dataDir: folder });
    expect((await queryOwner(second, 'ann')).Count).toBe(1);
    await second.close();
  });

  it('says so when another run uses it', async () => {
    const first = await createDynamo({ tables: [table('things')], dataDir: folder });
    await expect(createDynamo({ tables: [table('things')], dataDir: folder })).rejects.toThrow('stop the other run');
    await first.close();
  });

  it.each([
    ['IO error: LOCK: Permission denied', /you may not write there \(IO error: LOCK: Permission denied\)/],
    ['Corruption: no meta-nextfile entry in descriptor', /they may be damaged \(Corruption: .*\)/],
  ])('says why it can not be opened: %s', async (message, sentence) => {
    const cause = Object.assign(new Error(message), { code: 'LEVEL_IO_ERROR' });
    const open = () => Promise.reject(new Error('Database failed to open', { cause }));
    const create = vi.spyOn(dynalite, 'create').mockReturnValueOnce({ db: { open } } as never);
    onTestFinished(() => create.mockRestore());
    await expect(createDynamo({ tables: [table('things')], dataDir: folder })).rejects.toThrow(sentence);
  });
});

it('stops the start on a table that DynamoDB would not create', async () => {
  const unused = table('things', {
    attributes: [
      { name: 'id', type: 'S' },
      { name: 'owner', type: 'S' },
    ],
  });
  await expect(createDynamo({ tables: [unused] })).rejects.toThrow('DynamoDB would not create the table things');
});
