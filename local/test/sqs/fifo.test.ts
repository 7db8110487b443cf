import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  PurgeQueueCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fifo, type StartedQueues, startQueues } from './fifo.ts';
import { arnOf, queue, urlOf } from './queues.ts';

const redrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead.fifo'), maxReceiveCount: 2 });
const names = ['work.fifo', 'lanes.fifo', 'content.fifo', 'late.fifo', 'dead.fifo', 'plain'];

let queues: StartedQueues;
beforeAll(async () => {
  queues = await startQueues([
    fifo('work.fifo', { redrivePolicy }),
    fifo('lanes.fifo', { deduplicationScope: 'messageGroup', fifoThroughputLimit: 'perMessageGroupId' }),
    fifo('content.fifo', { contentBasedDeduplication: true, maxMessageSize: 1_048_576 }),
    fifo('late.fifo', { delaySeconds: 60 }),
    fifo('dead.fifo'),
    queue('plain'),
  ]);
});
afterAll(() => queues.close());
beforeEach(async () => {
  for (const name of names) await queues.client.send(new PurgeQueueCommand({ QueueUrl: urlOf(name) }));
});

const work = { QueueUrl: urlOf('work.fifo') };
const remove = (...messages: readonly Message[]) =>
  queues.client.send(
    new DeleteMessageBatchCommand({
      ...work,
      Entries: messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle })),
    }),
  );
const show = (VisibilityTimeout: number, ...messages: readonly Message[]) =>
  queues.client.send(
    new ChangeMessageVisibilityBatchCommand({
      ...work,
      Entries: messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle, VisibilityTimeout })),
    }),
  );
const sendAll = async (group: string, ...bodies: readonly string[]) => {
  for (const body of bodies) await queues.send('work.fifo', body, { MessageGroupId: group });
};
const attributes = async (name: string) =>
  (await queues.client.send(new GetQueueAttributesCommand({ QueueUrl: urlOf(name), AttributeNames: ['All'] })))
    .Attributes;

describe('a receive', () => {
  it('hands out as many of a group as it may, in order, and then of the next', async () => {
    await sendAll('a', '1', '2', '3', '4', '5', '6');
    await sendAll('b', '1', '2', '3', '4', '5', '6');
    const messages = await queues.receive('work.fifo', { MessageSystemAttributeNames: ['MessageGroupId'] });
    expect(messages.map(({ Attributes, Body }) => `${Attributes?.MessageGroupId}${Body}`)).toEqual([
      'a1',
      'a2',
      'a3',
      'a4',
      'a5',
      'a6',
      'b1',
      'b2',
      'b3',
      'b4',
    ]);
  });

  it('hands out nothing of a group while any of it is in flight, and goes on with others', async () => {
    await sendAll('a', '1', '2', '3');
    const [one, two] = await queues.receive('work.fifo', { MaxNumberOfMessages: 2 });
    expect(await queues.bodies('work.fifo')).toEqual([]);
    await sendAll('b', 'other');
    expect(await queues.bodies('work.fifo')).toEqual(['other']);
    if (one) await remove(one);
    expect(await queues.bodies('work.fifo')).toEqual([]);
    if (two) await remove(two);
    expect(await queues.bodies('work.fifo')).toEqual(['3']);
  });

  it('keeps a group waiting for one that is visible again before the others of its batch', async () => {
    await sendAll('a', '1', '2', '3');
    const messages = await queues.receive('work.fifo', { MaxNumberOfMessages: 2 });
    await show(0, ...messages.slice(0, 1));
    expect(await queues.bodies('work.fifo')).toEqual([]);
    await show(0, ...messages.slice(1));
    expect(await queues.bodies('work.fifo')).toEqual(['1', '2', '3']);
  });

  it('hands out again, in its place, what was not deleted within its visibility timeout', async () => {
    await sendAll('a', '1', '2', '3', '4');
    const [, two] = await queues.receive('work.fifo', { MaxNumberOfMessages: 3 });
    if (two) await remove(two);
    queues.pass(29);
    expect(await queues.bodies('work.fifo')).toEqual([]);
    queues.pass(1);
    expect(await queues.bodies('work.fifo')).toEqual(['1', '3', '4']);
  });

  it('hides messages as long as the call says', async () => {
    await sendAll('a', '1');
    await queues.receive('work.fifo', { VisibilityTimeout: 5 });
    queues.pass(5);
    expect(await queues.bodies('work.fifo')).toEqual(['1']);
  });

  it('tells the system attributes that are asked for', async () => {
    await queues.send('work.fifo', 'hello', { MessageGroupId: 'a', MessageDeduplicationId: 'told' });
    await queues.receive('work.fifo', { VisibilityTimeout: 0 });
    const [message] = await queues.receive('work.fifo', { MessageSystemAttributeNames: ['All'], VisibilityTimeout: 0 });
    expect(message?.Attributes).toEqual({
      SenderId: '000000000000',
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
      ApproximateReceiveCount: '2',
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      SequenceNumber: expect.stringMatching(/^\d{20}$/),
      MessageGroupId: 'a',
      MessageDeduplicationId: 'told',
    });
  });

  it('tells the message attributes that are asked for, and none unasked', async () => {
    const MessageAttributes = {
      'file.name': { DataType: 'String', StringValue: 'ä' },
      'file.hash': { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
      kind: { DataType: 'Number', StringValue: '7' },
    };
    await queues.send('lanes.fifo', 'hello', { MessageAttributes });
    const told = async (...MessageAttributeNames: string[]) => {
      const [message] = await queues.receive('lanes.fifo', { MessageAttributeNames, VisibilityTimeout: 0 });
      return message?.MessageAttributes;
    };
    expect(await told()).toBeUndefined();
    expect(await told('All')).toEqual(MessageAttributes);
    expect(await told('file.*')).toEqual({
      'file.name': MessageAttributes['file.name'],
      'file.hash': MessageAttributes['file.hash'],
    });
  });

  it.each([
    [{ MaxNumberOfMessages: 11 }, 'MaxNumberOfMessages'],
    [{ MaxNumberOfMessages: 0 }, 'MaxNumberOfMessages'],
    [{ WaitTimeSeconds: 21 }, 'WaitTimeSeconds'],
    [{ VisibilityTimeout: 43_201 }, 'VisibilityTimeout'],
  ])('is refused with %j', async (more, parameter) => {
    await expect(queues.receive('work.fifo', more)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining(parameter),
    });
  });
});

describe('a long poll', () => {
  /** Starts a long poll; the result changes when it ends. */
  const poll = () => {
    const result: { bodies?: (string | undefined)[] } = {};
    const ended = queues.bodies('work.fifo', { WaitTimeSeconds: 20 }).then((bodies) => {
      result.bodies = bodies;
    });
    return { result, ended };
  };

  it('is woken by a send, one at a time', async () => {
    const polls = [poll(), poll()];
    await sendAll('a', 'one');
    await Promise.race(polls.map(({ ended }) => ended));
    expect(polls.map(({ result }) => result.bodies).filter(Boolean)).toEqual([['one']]);
    await sendAll('b', 'two');
    await Promise.all(polls.map(({ ended }) => ended));
    expect(polls.flatMap(({ result }) => result.bodies).toSorted()).toEqual(['one', 'two']);
  });

  it('is woken when the last of a batch in flight is deleted', async () => {
    await sendAll('a', '1', '2', '3');
    const [one, two] = await queues.receive('work.fifo', { MaxNumberOfMessages: 2 });
    const { result, ended } = poll();
    if (one) await remove(one);
    await sendAll('a', '4');
    expect(result.bodies).toBeUndefined();
    if (two) await remove(two);
    await ended;
    expect(result.bodies).toEqual(['3', '4']);
  });

  it('is woken when a visibility timeout is over, or changed to nothing', async () => {
    await sendAll('a', '1');
    await queues.receive('work.fifo', { VisibilityTimeout: 1 });
    const [message] = await queues.receive('work.fifo', { WaitTimeSeconds: 20 });
    expect(message?.Body).toBe('1');
    const { result, ended } = poll();
    const { ReceiptHandle } = message ?? {};
    await queues.client.send(new ChangeMessageVisibilityCommand({ ...work, ReceiptHandle, VisibilityTimeout: 0 }));
    await sendAll('b', '2');
    await ended;
    // Received twice already: it goes to the dead letters, and the poll waits on for the next.
    expect(result.bodies).toEqual(['2']);
    expect(await queues.bodies('dead.fifo')).toEqual(['1']);
  });

  it('ends with nothing when its time is over', async () => {
    expect(await queues.bodies('work.fifo', { WaitTimeSeconds: 1 })).toEqual([]);
  });
});

describe('a message that was received', () => {
  it('can be hidden for longer, or for nothing', async () => {
    await sendAll('a', '1', '2');
    const messages = await queues.receive('work.fifo');
    await show(100, ...messages);
    queues.pass(99);
    expect(await queues.bodies('work.fifo')).toEqual([]);
    queues.pass(1);
    const again = await queues.receive('work.fifo');
    expect(again.map(({ Body }) => Body)).toEqual(['1', '2']);
    expect(await show(43_201, ...again)).toMatchObject({ Failed: [{ Id: '0' }, { Id: '1' }] });
  });

  it('can be deleted twice, but not once it is visible again or in flight to somebody else', async () => {
    await sendAll('a', '1', '2');
    const [one, two] = await queues.receive('work.fifo');
    const gone = { ...work, ReceiptHandle: one?.ReceiptHandle };
    await queues.client.send(new DeleteMessageCommand(gone));
    await queues.client.send(new DeleteMessageCommand(gone));
    queues.pass(30);
    const late = { ...work, ReceiptHandle: two?.ReceiptHandle };
    const expired = { name: 'InvalidParameterValue', message: expect.stringContaining('receipt handle has expired') };
    await expect(queues.client.send(new DeleteMessageCommand(late))).rejects.toMatchObject(expired);
    expect(await queues.bodies('work.fifo')).toEqual(['2']);
    await expect(queues.client.send(new DeleteMessageCommand(late))).rejects.toMatchObject(expired);
    const change = new ChangeMessageVisibilityCommand({ ...late, VisibilityTimeout: 0 });
    await expect(queues.client.send(change)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    const odd = new DeleteMessageCommand({ ...work, ReceiptHandle: 'odd' });
    await expect(queues.client.send(odd)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });

  it('goes to the dead-letter queue after its last receive, with its group and its count, and the next ones go on', async () => {
    await sendAll('a', 'poison', 'good');
    for (const _ of [1, 2]) {
      const messages = await queues.receive('work.fifo', { MaxNumberOfMessages: 1 });
      expect(messages.map(({ Body }) => Body)).toEqual(['poison']);
      await show(0, ...messages);
    }
    expect(await queues.bodies('work.fifo')).toEqual(['good']);
    expect(await queues.receive('dead.fifo', { MessageSystemAttributeNames: ['All'] })).toMatchObject([
      {
        Body: 'poison',
        Attributes: {
          MessageGroupId: 'a',
          ApproximateReceiveCount: '3',
          DeadLetterQueueSourceArn: arnOf('work.fifo'),
        },
      },
    ]);
  });

  it('wakes who waits for dead letters', async () => {
    await sendAll('a', 'poison');
    for (const _ of [1, 2]) await queues.receive('work.fifo', { VisibilityTimeout: 0 });
    // Without HTTP in between, so that it waits before the message is given up.
    const dead = queues.engine('ReceiveMessage', { QueueUrl: urlOf('dead.fifo'), WaitTimeSeconds: 20 });
    await queues.receive('work.fifo');
    expect(await dead).toMatchObject({ Messages: [{ Body: 'poison' }] });
  });
});

describe('a send', () => {
  it('answers with an id, a digest and a sequence number that grows', async () => {
    const first = await queues.send('work.fifo', 'one');
    const second = await queues.send('work.fifo', 'two');
    expect(first).toMatchObject({ MessageId: expect.any(String), MD5OfMessageBody: expect.any(String) });
    expect(Number(second.SequenceNumber)).toBeGreaterThan(Number(first.SequenceNumber));
  });

  it('of a duplicate succeeds with what the first was told, and queues nothing, for five minutes', async () => {
    const send = () => queues.send('work.fifo', 'one', { MessageDeduplicationId: 'same' });
    const { MessageId, SequenceNumber } = await send();
    expect(await send()).toMatchObject({ MessageId, SequenceNumber });
    const messages = await queues.receive('work.fifo');
    await remove(...messages);
    queues.pass(299);
    expect(await send()).toMatchObject({ MessageId, SequenceNumber });
    expect(messages.length + (await queues.receive('work.fifo')).length).toBe(1);
    queues.pass(1);
    expect((await send()).MessageId).not.toBe(MessageId);
    expect(await queues.bodies('work.fifo')).toEqual(['one']);
  });

  it('looks for duplicates in the whole queue, or in the group, as DeduplicationScope says', async () => {
    for (const name of ['work.fifo', 'lanes.fifo']) {
      for (const MessageGroupId of ['a', 'b', 'a']) {
        await queues.send(name, MessageGroupId, { MessageGroupId, MessageDeduplicationId: 'scoped' });
      }
    }
    expect(await queues.bodies('work.fifo')).toEqual(['a']);
    expect(await queues.bodies('lanes.fifo')).toEqual(['a', 'b']);
  });

  it('knows duplicates by their body where the queue says so, and by an id where one is given', async () => {
    const send = (body: string, MessageDeduplicationId?: string) =>
      queues.send('content.fifo', body, { MessageDeduplicationId });
    await send('by content');
    await send('by content');
    await send('by content', 'given');
    await send('other', 'given');
    expect(await queues.bodies('content.fifo')).toEqual(['by content', 'by content']);
  });

  it('is delayed as the queue says, in order', async () => {
    await queues.send('late.fifo', '1', { DelaySeconds: 0 });
    queues.pass(30);
    await queues.send('late.fifo', '2');
    expect(await queues.bodies('late.fifo')).toEqual([]);
    expect(await attributes('late.fifo')).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesDelayed: '2',
    });
    queues.pass(30);
    expect(await queues.bodies('late.fifo')).toEqual(['1']);
  });

  it.each([
    ['no group', 'MissingParameter', { MessageGroupId: undefined }],
    ['a group that is no ASCII', 'InvalidParameterValue', { MessageGroupId: 'ä' }],
    ['a group of 129 characters', 'InvalidParameterValue', { MessageGroupId: 'x'.repeat(129) }],
    ['nothing to know duplicates by', 'InvalidParameterValue', { MessageDeduplicationId: undefined }],
    ['a space in its deduplication id', 'InvalidParameterValue', { MessageDeduplicationId: 'a b' }],
    ['a delay of its own', 'InvalidParameterValue', { DelaySeconds: 1 }],
    ['no body', 'MissingParameter', { MessageBody: '' }],
    ['a body over the limit', 'InvalidParameterValue', { MessageBody: 'x'.repeat(262_145) }],
    [
      'attributes that make it too large',
      'InvalidParameterValue',
      {
        MessageBody: 'x'.repeat(262_130),
        MessageAttributes: { name: { DataType: 'String', StringValue: '1234567' } },
      },
    ],
    ['a lone half of a character', 'InvalidMessageContents', { MessageBody: '\ud83d' }],
    ['U+FFFE', 'InvalidMessageContents', { MessageBody: '\ufffe' }],
    ['a control character', 'InvalidMessageContents', { MessageBody: '\u0000' }],
    [
      'a control character in an attribute',
      'InvalidMessageContents',
      { MessageAttributes: { name: { DataType: 'String', StringValue: '\u0001' } } },
    ],
  ])('is refused with %s', async (_, name, more) => {
    await expect(queues.send('work.fifo', 'hello', more)).rejects.toMatchObject({ name });
    expect(await queues.receive('work.fifo')).toEqual([]);
  });

  it('takes 1 MiB where the queue does, attributes and all', async () => {
    const MessageAttributes = { name: { DataType: 'String', StringValue: '123456' } };
    const body = 'x'.repeat(1_048_576 - 'nameString123456'.length);
    await queues.send('content.fifo', body, { MessageAttributes });
    await expect(queues.send('content.fifo', `${body}x`, { MessageAttributes })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it.each(['plain', 'work.fifo'])('takes characters beyond U+FFFF, to the queue %s', async (name) => {
    const fine = '\t\n\r \ud7ff\ue000\ufffd😀\u{10ffff}';
    const more = name === 'plain' ? { MessageGroupId: undefined, MessageDeduplicationId: undefined } : {};
    await queues.send(name, fine, more);
    expect(await queues.bodies(name)).toEqual([fine]);
    await expect(queues.send(name, '\ud83d', more)).rejects.toMatchObject({ name: 'InvalidMessageContents' });
    await expect(queues.send(name, '\uffff', more)).rejects.toMatchObject({ name: 'InvalidMessageContents' });
  });
});

describe('a batch', () => {
  const entry = (Id: string, more: Record<string, unknown> = {}) => ({
    Id,
    MessageBody: Id,
    MessageGroupId: 'a',
    MessageDeduplicationId: `batch-${Id}`,
    ...more,
  });
  const sendBatch = (name: string, Entries: ReturnType<typeof entry>[]) =>
    queues.client.send(new SendMessageBatchCommand({ QueueUrl: urlOf(name), Entries }));

  it('is queued in order, without what is wrong', async () => {
    const { Successful, Failed } = await sendBatch('work.fifo', [
      entry('1'),
      entry('2', { MessageGroupId: undefined }),
      entry('3', { MessageBody: '\u0000' }),
      entry('4'),
    ]);
    expect(Successful?.map(({ Id }) => Id)).toEqual(['1', '4']);
    expect(Failed?.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault])).toEqual([
      ['2', 'MissingParameter', true],
      ['3', 'InvalidMessageContents', true],
    ]);
    expect(await queues.bodies('work.fifo')).toEqual(['1', '4']);
  });

  it.each([
    ['EmptyBatchRequest', []],
    ['TooManyEntriesInBatchRequest', Array.from({ length: 11 }, (_, n) => entry(String(n)))],
    ['BatchEntryIdsNotDistinct', [entry('1'), entry('1')]],
    ['InvalidBatchEntryId', [entry('no spaces')]],
    ['BatchRequestTooLong', ['1', '2'].map((id) => entry(id, { MessageBody: 'x'.repeat(524_289) }))],
  ])('is refused as a whole: %s', async (name, entries) => {
    await expect(sendBatch('content.fifo', entries)).rejects.toMatchObject({ name });
    expect(await queues.receive('content.fifo')).toEqual([]);
  });
});

describe('a queue', () => {
  it('counts what is visible and in flight, and tells what it is', async () => {
    await sendAll('a', '1', '2', '3');
    await queues.receive('work.fifo', { MaxNumberOfMessages: 2 });
    expect(await attributes('work.fifo')).toMatchObject({
      QueueArn: arnOf('work.fifo'),
      FifoQueue: 'true',
      ContentBasedDeduplication: 'false',
      DeduplicationScope: 'queue',
      FifoThroughputLimit: 'perQueue',
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '2',
      ApproximateNumberOfMessagesDelayed: '0',
    });
    expect(await attributes('lanes.fifo')).toMatchObject({
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
  });

  it('is purged of everything, what is in flight too', async () => {
    await sendAll('a', '1', '2');
    const [one] = await queues.receive('work.fifo', { MaxNumberOfMessages: 1 });
    await queues.client.send(new PurgeQueueCommand(work));
    if (one === undefined) throw new Error('There is none in flight.');
    expect((await remove(one)).Failed).toEqual([]);
    await sendAll('a', '3');
    expect(await queues.bodies('work.fifo')).toEqual(['3']);
  });

  it('is found by name and listed with the others', async () => {
    const found = await queues.client.send(new GetQueueUrlCommand({ QueueName: 'work.fifo' }));
    expect(found.QueueUrl).toBe(urlOf('work.fifo'));
    const all = await queues.client.send(new ListQueuesCommand());
    expect(all.QueueUrls).toEqual(names.toSorted().map(urlOf));
    const page = await queues.client.send(new ListQueuesCommand({ MaxResults: 4 }));
    const rest = await queues.client.send(new ListQueuesCommand({ MaxResults: 4, NextToken: page.NextToken }));
    expect([page.QueueUrls, rest.QueueUrls].flat()).toEqual(all.QueueUrls);
    const some = await queues.client.send(new ListQueuesCommand({ QueueNamePrefix: 'la' }));
    expect(some.QueueUrls).toEqual(['lanes.fifo', 'late.fifo'].map(urlOf));
  });

  it('forgets what is older than its retention', async () => {
    await sendAll('a', '1');
    queues.pass(345_599);
    await sendAll('a', '2');
    queues.pass(1);
    expect(await queues.bodies('work.fifo')).toEqual(['2']);
  });
});
