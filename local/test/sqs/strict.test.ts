import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createHttpFront } from '../../door/http.ts';
import { createQueues, type Queues } from '../../sqs/index.ts';
import { queue, urlOf } from './queues.ts';

let queues: Queues;
let server: Server;
let sqs: SQSClient;

beforeAll(async () => {
  queues = await createQueues({
    queues: [
      queue('plain', { maxMessageSize: 1_048_576 }),
      queue('work.fifo', { fifoQueue: true, contentBasedDeduplication: true, maxMessageSize: 1_048_576 }),
    ],
  });
  server = createServer(
    createHttpFront(
      ({ operation, input }) => queues.engine(operation, input),
      () => ({ kind: 'operator' }),
    ),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  sqs = new SQSClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'me', secretAccessKey: 'local' },
    maxAttempts: 1,
    useQueueUrlAsEndpoint: false,
  });
  return async () => {
    sqs.destroy();
    await queues.close();
    server.close();
  };
});

const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const counted = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, text('x')]));

describe.each(['plain', 'work.fifo'])('the queue %s', (name) => {
  const QueueUrl = urlOf(name);
  /** None is taken for the one before. */
  const fresh = () => (name.endsWith('.fifo') ? { MessageGroupId: 'g', MessageDeduplicationId: randomUUID() } : {});
  const send = (more: Partial<SendMessageCommandInput> = {}) =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'body', ...fresh(), ...more }));
  const receive = async (more: object = {}) =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];
  const receiveAndDelete = async (more: object = {}) => {
    const messages = await receive(more);
    for (const { ReceiptHandle } of messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return messages;
  };

  it.each(['😀 beyond U+FFFF', '\t\n\r', '\uE000\uFFFD', '\uD7FF'])('takes the characters of %j', async (body) => {
    await send({ MessageBody: body, MessageAttributes: { mood: text(body) } });
    expect(await receiveAndDelete({ MessageAttributeNames: ['All'] })).toMatchObject([
      { Body: body, MessageAttributes: { mood: text(body) } },
    ]);
  });

  it.each(['\u0000', 'a\u000Bb', '\uFFFE', '\uFFFF'])(
    'refuses the characters of %j, in a body and in an attribute',
    async (bad) => {
      const refused = { name: 'InvalidMessageContents' };
      await expect(send({ MessageBody: bad })).rejects.toMatchObject(refused);
      await expect(send({ MessageAttributes: { mood: text(bad) } })).rejects.toMatchObject(refused);
      const entries = [bad, 'fine'].map((MessageBody, n) => ({ Id: `${n}`, MessageBody, ...fresh() }));
      const { Failed, Successful } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries }));
      expect(Failed).toMatchObject([{ Id: '0', Code: 'InvalidMessageContents', SenderFault: true }]);
      expect(Successful).toMatchObject([{ Id: '1' }]);
      expect((await receiveAndDelete()).map(({ Body }) => Body)).toEqual(['fine']);
    },
  );

  it.each<[string, SendMessageCommandInput['MessageAttributes']]>([
    ['more than ten', counted(11)],
    ['an empty value', { a: text('') }],
    ['a name with a space', { 'a b': text('x') }],
    ['a name that ends in a dot', { 'a.': text('x') }],
    ['a name that is AWS’s', { 'AWS.trace': text('x') }],
    ['a type that is none', { a: { DataType: 'Boolean', StringValue: 'x' } }],
    ['a number that is none', { a: { DataType: 'Number', StringValue: 'x' } }],
    ['a binary value that is none', { a: { DataType: 'Binary', StringValue: 'x' } }],
  ])('refuses message attributes: %s', async (_, MessageAttributes) => {
    await expect(send({ MessageAttributes })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('counts the bytes of a binary attribute, not the letters that they are sent as', async () => {
    const BinaryValue = Buffer.alloc(900_000, 1);
    const MessageAttributes = { data: { DataType: 'Binary.custom', BinaryValue }, ...counted(9) };
    await send({ MessageAttributes });
    const [message] = await receiveAndDelete({ MessageAttributeNames: ['data'] });
    expect(Object.keys(message?.MessageAttributes ?? {})).toEqual(['data']);
    expect(message?.MessageAttributes?.data?.BinaryValue).toHaveLength(900_000);
  });

  it('hands out no message attributes that were not asked for', async () => {
    await send({ MessageAttributes: { kept: text('x') } });
    const [message] = await receiveAndDelete();
    expect(message).toMatchObject({ Body: 'body' });
    expect(message).not.toHaveProperty('MessageAttributes');
  });

  it.each([
    { MaxNumberOfMessages: 0 },
    { MaxNumberOfMessages: 11 },
    { WaitTimeSeconds: 21 },
    { WaitTimeSeconds: -1 },
    { VisibilityTimeout: 43_201 },
  ])('refuses to receive with %j', async (more) => {
    await expect(receive(more)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it.each([-1, 901])('refuses a delay of %i seconds', async (DelaySeconds) => {
    await expect(send({ DelaySeconds })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('refuses a receipt that is none, and a visibility timeout that is too long', async () => {
    await send();
    const [{ ReceiptHandle } = {}] = await receive({ VisibilityTimeout: 30 });
    const wrong = { QueueUrl, ReceiptHandle: 'none' };
    const invalid = { name: 'ReceiptHandleIsInvalid' };
    await expect(sqs.send(new DeleteMessageCommand(wrong))).rejects.toMatchObject(invalid);
    await expect(
      sqs.send(new ChangeMessageVisibilityCommand({ ...wrong, VisibilityTimeout: 1 })),
    ).rejects.toMatchObject(invalid);
    await expect(
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 43_201 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' });

    const entries = [
      { Id: 'a', ReceiptHandle },
      { Id: 'b', ReceiptHandle: 'none' },
    ];
    const changed = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: entries.map((each) => ({ ...each, VisibilityTimeout: 30 })),
      }),
    );
    const deleted = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: entries }));
    for (const { Successful, Failed } of [changed, deleted]) {
      expect(Successful?.map(({ Id }) => Id)).toEqual(['a']);
      expect(Failed).toMatchObject([{ Id: 'b', Code: 'ReceiptHandleIsInvalid', SenderFault: true }]);
    }
  });

  it.each([
    ['an id that is too long', ['x'.repeat(81)], 'InvalidBatchEntryId'],
    ['an id with a space', ['a b'], 'InvalidBatchEntryId'],
    ['two of an id', ['a', 'a'], 'BatchEntryIdsNotDistinct'],
    ['more than ten', Array.from({ length: 11 }, (_, n) => `${n}`), 'TooManyEntriesInBatchRequest'],
    ['none', [], 'EmptyBatchRequest'],
  ])('refuses a batch with %s', async (_, ids, name) => {
    const Entries = ids.map((Id) => ({ Id, MessageBody: 'x', ...fresh() }));
    await expect(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({ name });
  });

  it('tells the attributes that are asked for, and knows which there are', async () => {
    const ask = async (...AttributeNames: string[]) =>
      (
        await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: AttributeNames as QueueAttributeName[] }),
        )
      ).Attributes;
    expect(await ask()).toBeUndefined();
    expect(await ask('DelaySeconds')).toEqual({ DelaySeconds: '0' });
    expect(await ask('All')).toMatchObject({ MaximumMessageSize: '1048576', ApproximateNumberOfMessages: '0' });
    await expect(ask('Colour')).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  });
});

it('keeps the group of a message in a standard queue, as fair queues have it', async () => {
  const QueueUrl = urlOf('plain');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageGroupId: 'tenant' }));
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['MessageGroupId'] }),
  );
  expect(Messages).toMatchObject([{ Attributes: { MessageGroupId: 'tenant' } }]);
});
