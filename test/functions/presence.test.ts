import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import { type Draft, isSameAction } from '../../domain/event.ts';
import { registry } from '../../domain/registry.ts';
import { presenceHandler } from '../../functions/presence/handler.ts';

/** The processor over heads that keep what they are given, and fail at these appends (1, 2, …). */
const processor = (...failures: readonly number[]) => {
  const appended: [room: string, event: Draft][] = [];
  const errors: string[] = [];
  let calls = 0;
  let clock = 1_700_000_000_345;
  const handler = presenceHandler({
    registry,
    heads: {
      append: async (room, event) => {
        calls += 1;
        if (failures.includes(calls)) throw new Error('The table is not there.');
        return appended.push([room, event]);
      },
    },
    logger: { info: () => {}, warn: () => {}, error: (message) => void errors.push(String(message)) },
    now: () => {
      clock += 1;
      return clock;
    },
  });
  const take = async (...records: readonly DynamoDBRecord[]) =>
    (await handler({ Records: [...records] } as DynamoDBStreamEvent)).batchItemFailures;
  return { take, appended, errors };
};

const membersOf = (connections: readonly string[]) => ({
  members: connections.map((connection) => ({ connection, user: connection })),
});

let count = 0;
const record = (eventName: 'INSERT' | 'MODIFY' | 'REMOVE', pk: string, sk: string): DynamoDBRecord => {
  count += 1;
  return {
    eventID: `event-${count}`,
    eventName,
    dynamodb: {
      Keys: { pk: { S: pk }, sk: { S: sk } },
      SequenceNumber: String(count),
      ApproximateCreationDateTime: 1_700_000_000,
    },
  };
};

/** What DynamoDB's TTL writes into a stream when it deletes an item. */
const expired = (pk: string, sk: string): DynamoDBRecord => ({
  ...record('REMOVE', pk, sk),
  userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
});

it('appends who came and who went, in order, under ids that stay the same when a record comes again', async () => {
  const { take, appended } = processor();
  const records = [record('INSERT', 'room#chat/a', 'ann'), record('REMOVE', 'room#chat/a', 'ann')];
  expect(await take(...records)).toEqual([]);
  expect(await take(...records)).toEqual([]);
  expect(appended.map(([room, { type, by }]) => [room, type, by])).toEqual([
    ['chat/a', 'joined', 'ann'],
    ['chat/a', 'left', 'ann'],
    ['chat/a', 'joined', 'ann'],
    ['chat/a', 'left', 'ann'],
  ]);
  expect(appended[0]?.[1]).toMatchObject({ data: membersOf(['ann']), connection: 'ann' });
  expect(appended[2]?.[1].id).toBe(appended[0]?.[1].id);
});

it('dates them by its own clock: a stream has whole seconds, and events would be received before earlier ones', async () => {
  const { take, appended } = processor();
  await take(record('INSERT', 'room#chat/a', 'ann'), record('REMOVE', 'room#chat/a', 'ann'));
  expect(appended.map(([, { at }]) => at)).toEqual([1_700_000_000_346, 1_700_000_000_347]);
});

it('gives the log the same action when a record comes again later', async () => {
  const { take, appended } = processor();
  const joined = record('INSERT', 'room#chat/a', 'ann');
  await take(joined);
  await take(joined);
  const [first, again] = appended.map(([, draft], index) => ({ ...draft, seq: index + 1 }));
  expect(first && again && isSameAction(again, first)).toBe(true);
  expect(again?.at).not.toBe(first?.at);
});

it('[S1] lets a membership that expired leave its room', async () => {
  const { take, appended } = processor();
  expect(await take(expired('connection#ann', 'connection'), expired('room#game/KFNF', 'ann'))).toEqual([]);
  expect(appended.map(([room, { type, connection }]) => [room, type, connection])).toEqual([
    ['game/KFNF', 'left', 'ann'],
  ]);
});

it('appends nothing for a kind that does not ask, a room of no kind, or a record that is changed', async () => {
  const { take, appended } = processor();
  const records = [
    record('INSERT', 'room#counter/global-counter', 'ann'),
    record('REMOVE', 'room#nothing/a', 'ann'),
    record('MODIFY', 'room#chat/a', 'ann'),
    record('INSERT', 'connection#ann', 'connection'),
  ];
  expect(await take(...records)).toEqual([]);
  expect(appended).toEqual([]);
});

it('has everything come again from the first record that could not be told', async () => {
  const { take, appended } = processor(2);
  const records = ['a', 'b', 'b'].map((id, index) => record('INSERT', `room#chat/${id}`, `ann-${index}`));
  expect(await take(...records)).toEqual([{ itemIdentifier: records[1]?.dynamodb?.SequenceNumber }]);
  expect(appended.map(([room]) => room)).toEqual(['chat/a']);
});

it('[S3] tells a room of a crowd that comes or goes in one event, and of who came and went in that order', async () => {
  const { take, appended } = processor();
  const move = (name: 'INSERT' | 'REMOVE', room: string, id: string) => record(name, `room#${room}`, id);
  const crowd = Array.from({ length: 90 }, (_, index) => `c-${index}`);
  const records = [
    ...crowd.map((id) => move('INSERT', 'chat/a', id)),
    move('INSERT', 'chat/b', 'ann'),
    ...crowd.slice(0, 3).map((id) => move('REMOVE', 'chat/a', id)),
    move('INSERT', 'chat/a', 'c-1'),
    move('INSERT', 'chat/a', 'c-90'),
  ];
  expect(await take(...records)).toEqual([]);
  const told = appended.map(([room, { type, by, connection, data }]) => [room, type, by, connection, data]);
  expect(told.toSorted(([one], [two]) => String(one).localeCompare(String(two)))).toEqual([
    ['chat/a', 'joined', 'presence', '', membersOf(crowd)],
    ['chat/a', 'left', 'presence', '', membersOf(['c-0', 'c-1', 'c-2'])],
    ['chat/a', 'joined', 'presence', '', membersOf(['c-1', 'c-90'])],
    ['chat/b', 'joined', 'ann', 'ann', membersOf(['ann'])],
  ]);
  await take(...records);
  expect(appended.slice(4).map(([, { id }]) => id)).toEqual(appended.slice(0, 4).map(([, { id }]) => id));
  expect(new Set(appended.map(([, { id }]) => id)).size).toBe(4);
});

it('[F4] passes by a record that can not be read, and goes on', async () => {
  const { take, appended, errors } = processor();
  const odd = record('INSERT', 7 as never, 'ann');
  expect(await take(odd, record('INSERT', 'room#chat/a', 'bob'))).toEqual([]);
  expect(appended.map(([, { by }]) => by)).toEqual(['bob']);
  expect(errors).toHaveLength(1);
});
