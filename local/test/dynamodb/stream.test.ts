import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDynamo, type Dynamo } from '../../dynamodb/index.ts';
import { allRecords, iteratorAt, put, shardOf, streamArn, streamed } from './tables.ts';

const day = 24 * 60 * 60 * 1000;
let clock = Date.UTC(2026, 10, 1);
let dynamo: Dynamo;
beforeEach(async () => {
  dynamo = await createDynamo({
    tables: [
      streamed('both'),
      streamed('new', 'NEW_IMAGE'),
      streamed('old', 'OLD_IMAGE'),
      streamed('keys', 'KEYS_ONLY'),
      streamed('timed', 'OLD_IMAGE', { ttl: { attributeName: 'expiresAt', enabled: true } }),
    ],
    now: () => clock,
  });
});
afterEach(() => dynamo.close());

const remove = (TableName: string, id: string) => dynamo.engine('DeleteItem', { TableName, Key: { id: { S: id } } });

describe('records', () => {
  it('tell of each change of an item, with the images that the stream asks for', async () => {
    const images: Record<string, (string | boolean)[][]> = {};
    for (const name of ['both', 'new', 'old', 'keys']) {
      await put(dynamo, name, { id: { S: 'a' }, n: { N: '1' } });
      await put(dynamo, name, { id: { S: 'a' }, n: { N: '2' } });
      await remove(name, 'a');
      images[name] = (await allRecords(dynamo, name)).map(({ eventName, dynamodb }) => [
        eventName,
        dynamodb.OldImage?.n?.N ?? false,
        dynamodb.NewImage?.n?.N ?? false,
      ]);
    }
    expect(images).toEqual({
      both: [
        ['INSERT', false, '1'],
        ['MODIFY', '1', '2'],
        ['REMOVE', '2', false],
      ],
      new: [
        ['INSERT', false, '1'],
        ['MODIFY', false, '2'],
        ['REMOVE', false, false],
      ],
      old: [
        ['INSERT', false, false],
        ['MODIFY', '1', false],
        ['REMOVE', '2', false],
      ],
      keys: [
        ['INSERT', false, false],
        ['MODIFY', false, false],
        ['REMOVE', false, false],
      ],
    });
  });

  it('have the shape of GetRecords', async () => {
    await put(dynamo, 'new', { id: { S: 'a' }, n: { N: '1' } });
    expect(await allRecords(dynamo, 'new')).toEqual([
      {
        eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-1',
        dynamodb: {
          ApproximateCreationDateTime: clock / 1000,
          Keys: { id: { S: 'a' } },
          NewImage: { id: { S: 'a' }, n: { N: '1' } },
          SequenceNumber: expect.stringMatching(/^\d{21}$/),
          SizeBytes: 9,
          StreamViewType: 'NEW_IMAGE',
        },
      },
    ]);
  });

  it('are not made by a change that changes nothing', async () => {
    await put(dynamo, 'both', {
      id: { S: 'a' },
      set: { SS: ['x', 'y'] },
      map: { M: { p: { N: '1' }, q: { N: '2' } } },
    });
    await put(dynamo, 'both', {
      id: { S: 'a' },
      map: { M: { q: { N: '2' }, p: { N: '1' } } },
      set: { SS: ['y', 'x'] },
    });
    await remove('both', 'b');
    await dynamo.engine('UpdateItem', {
      TableName: 'both',
      Key: { id: { S: 'a' } },
      UpdateExpression: 'SET #m.p = :p',
      ExpressionAttributeNames: { '#m': 'map' },
      ExpressionAttributeValues: { ':p': { N: '1' } },
    });
    expect(await allRecords(dynamo, 'both')).toHaveLength(1);
  });

  it('are made by a failed condition not at all, by a batch once per item', async () => {
    await dynamo.engine('BatchWriteItem', {
      RequestItems: { both: ['a', 'b', 'c'].map((id) => ({ PutRequest: { Item: { id: { S: id } } } })) },
    });
    await dynamo
      .engine('PutItem', {
        TableName: 'both',
        Item: { id: { S: 'a' }, n: { N: '1' } },
        ConditionExpression: 'n = :n',
        ExpressionAttributeValues: { ':n': { N: '9' } },
      })
      .catch(() => undefined);
    const ids = (await allRecords(dynamo, 'both')).map(({ dynamodb }) => dynamodb.Keys.id?.S);
    expect(ids.toSorted()).toEqual(['a', 'b', 'c']);
  });
});

it('drops records after 24 hours, and says so to who would read on from before them', async () => {
  await put(dynamo, 'new', { id: { S: 'a' }, n: { N: '1' } });
  const { shard, records } = await shardOf(dynamo, 'new', 'a');
  clock += day / 2;
  await put(dynamo, 'new', { id: { S: 'a' }, n: { N: '2' } });
  clock += day / 2 + 1;
  await dynamo.sweep();
  expect((await allRecords(dynamo, 'new')).map(({ dynamodb }) => dynamodb.NewImage?.n?.N)).toEqual(['2']);
  const number = records[0]?.dynamodb.SequenceNumber ?? '';
  await expect(
    iteratorAt(dynamo, 'new', shard, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: number }),
  ).rejects.toMatchObject({ name: 'TrimmedDataAccessException' });
  await iteratorAt(dynamo, 'new', shard, { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: number });
});

it('deletes expired items in a sweep, as the service, and no others', async () => {
  const second = clock / 1000;
  await put(dynamo, 'timed', { id: { S: 'past' }, expiresAt: { N: String(second - 1) } });
  await put(dynamo, 'timed', { id: { S: 'prolonged' }, expiresAt: { N: String(second - 1) } });
  await put(dynamo, 'timed', { id: { S: 'prolonged' }, expiresAt: { N: String(second + 60) } });
  await put(dynamo, 'timed', { id: { S: 'ancient' }, expiresAt: { N: '1000' } });
  await put(dynamo, 'timed', { id: { S: 'text' }, expiresAt: { S: String(second - 1) } });
  await put(dynamo, 'timed', { id: { S: 'lasting' } });
  await dynamo.sweep();
  const removed = (await allRecords(dynamo, 'timed')).filter(({ eventName }) => eventName === 'REMOVE');
  expect(removed.map(({ dynamodb, userIdentity }) => [dynamodb.Keys.id?.S, userIdentity])).toEqual([
    ['past', { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' }],
  ]);
  expect(await dynamo.engine('Scan', { TableName: 'timed' })).toMatchObject({ Count: 4 });
  clock += 61_000;
  await dynamo.sweep();
  expect(await dynamo.engine('Scan', { TableName: 'timed' })).toMatchObject({ Count: 3 });
});

it('tells listeners of a stream once its record can be read, until they stop listening', async () => {
  const seen: string[] = [];
  const stop = dynamo.onWrite((arn) => seen.push(arn));
  await put(dynamo, 'new', { id: { S: 'a' } });
  await put(dynamo, 'new', { id: { S: 'a' } });
  expect(seen).toEqual([streamArn('new')]);
  stop();
  await put(dynamo, 'new', { id: { S: 'b' } });
  expect(seen).toHaveLength(1);
});

it('lists its streams by table', async () => {
  expect(await dynamo.engine('ListStreams', { TableName: 'new' })).toEqual({
    Streams: [{ StreamArn: streamArn('new'), TableName: 'new', StreamLabel: '2026' }],
  });
});
