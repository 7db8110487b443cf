import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createQueues, type Queues } from '../../sqs/index.ts';
import { arnOf, queue, receive, remove, send, urlOf } from './queues.ts';

const redrive = (maxReceiveCount: number) => JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount });

describe('queues', () => {
  let queues: Queues;
  beforeEach(async () => {
    queues = await createQueues({
      queues: [
        queue('work', { redrivePolicy: redrive(2), visibilityTimeoutSeconds: 1 }),
        queue('slow', { receiveWaitTimeSeconds: 20 }),
        queue('late', { delaySeconds: 1, maxMessageSize: 1024 * 1024 }),
        queue('order.fifo', { fifoQueue: true, contentBasedDeduplication: true }),
        queue('dead'),
      ],
    });
  });
  afterEach(() => queues.close());

  it('hand a message to one receiver, until it is deleted', async () => {
    await send(queues, 'work', 'hello');
    const [message] = await receive(queues, 'work');
    expect(message?.Body).toBe('hello');
    expect(await receive(queues, 'work')).toEqual([]);
    if (message) await remove(queues, 'work', message);
    const left = await queues.engine('GetQueueAttributes', { QueueUrl: urlOf('work'), AttributeNames: ['All'] });
    expect(left).toMatchObject({
      Attributes: { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' },
    });
  });

  it('deliver again after the visibility timeout, and count it', async () => {
    await send(queues, 'work', 'hello');
    await receive(queues, 'work');
    const [again] = await receive(queues, 'work', { WaitTimeSeconds: 5, AttributeNames: ['ApproximateReceiveCount'] });
    expect(again).toMatchObject({ Body: 'hello', Attributes: { ApproximateReceiveCount: '2' } });
  });

  it('move a message to the dead-letter queue when it was received as often as it may be', async () => {
    await send(queues, 'work', 'poison');
    for (const _ of [1, 2]) {
      const [message] = await receive(queues, 'work');
      await queues.engine('ChangeMessageVisibility', {
        QueueUrl: urlOf('work'),
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 0,
      });
    }
    expect(await receive(queues, 'work')).toEqual([]);
    expect((await receive(queues, 'dead')).map(({ Body }) => Body)).toEqual(['poison']);
  });

  it('wake one who waits when a message is sent, and leave the others waiting', async () => {
    const ended: string[] = [];
    const first = receive(queues, 'slow').then((messages) => ended.push(`first ${messages.length}`));
    const second = receive(queues, 'slow').then((messages) => ended.push(`second ${messages.length}`));
    await send(queues, 'slow', 'one');
    await first;
    expect(ended).toEqual(['first 1']);
    await send(queues, 'slow', 'two');
    await second;
    expect(ended).toEqual(['first 1', 'second 1']);
  });

  it('delay messages as long as the queue says', async () => {
    const start = Date.now();
    await send(queues, 'late', 'hello');
    expect(await receive(queues, 'late')).toEqual([]);
    expect(await receive(queues, 'late', { WaitTimeSeconds: 5 })).toHaveLength(1);
    expect(Date.now() - start).toBeGreaterThanOrEqual(999);
  });

  it('end all waiting when they close', async () => {
    const waiting = receive(queues, 'slow');
    await queues.close();
    expect(await waiting).toEqual([]);
    await expect(send(queues, 'slow', 'late')).rejects.toMatchObject({ name: 'ServiceUnavailable' });
  });

  it('are known by the URL that the program knows', async () => {
    expect(await queues.engine('GetQueueUrl', { QueueName: 'work' })).toEqual({ QueueUrl: urlOf('work') });
    const { QueueUrls } = (await queues.engine('ListQueues', {})) as { QueueUrls: string[] };
    expect(QueueUrls.toSorted()).toEqual(['dead', 'late', 'order.fifo', 'slow', 'work'].map(urlOf));
    await queues.engine('SendMessage', { QueueUrl: 'http://localhost:3000/000000000000/dead', MessageBody: 'hello' });
    expect(await receive(queues, 'dead')).toHaveLength(1);
  });

  it('refuse with the errors of SQS', async () => {
    await expect(send(queues, 'nowhere', 'hello')).rejects.toMatchObject({ name: 'QueueDoesNotExist', status: 400 });
    await expect(receive(queues, 'work', { MaxNumberOfMessages: 11 })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await expect(receive(queues, 'work', { WaitTimeSeconds: 21 })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await expect(queues.engine('CreateQueue', { QueueName: 'new' })).rejects.toMatchObject({
      name: 'InvalidAction',
      message: expect.stringContaining('CreateQueue'),
    });
  });

  it('refuse messages larger than the queue says, and than 256 KiB where it says nothing', async () => {
    const sizes = { late: 1024 * 1024, dead: 256 * 1024 };
    for (const [name, size] of Object.entries(sizes)) {
      await send(queues, name, 'x'.repeat(size));
      await expect(send(queues, name, 'x'.repeat(size + 1))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    }
    const Entries = [300, 1].map((kilobytes) => ({ Id: `${kilobytes}`, MessageBody: 'x'.repeat(kilobytes * 1024) }));
    expect(await queues.engine('SendMessageBatch', { QueueUrl: urlOf('dead'), Entries })).toMatchObject({
      Successful: [{ Id: '1' }],
      Failed: [{ Id: '300', SenderFault: true, Code: 'InvalidParameterValue' }],
    });
  });
});

describe('a seed', () => {
  /** Sends the numbers 0 to 499 and receives them in tens, deleting each. */
  const deliver = async (seed: number): Promise<string[]> => {
    const queues = await createQueues({
      queues: [queue('work', { redrivePolicy: redrive(1) }), queue('dead')],
      seed,
    });
    for (let n = 0; n < 500; n += 1) await send(queues, 'work', String(n));
    const bodies: string[] = [];
    for (;;) {
      const messages = await receive(queues, 'work');
      if (messages.length === 0) break;
      expect(messages.length).toBeLessThanOrEqual(10);
      for (const message of messages) {
        bodies.push(message.Body);
        await remove(queues, 'work', message);
      }
    }
    expect(await receive(queues, 'dead')).toEqual([]);
    await queues.close();
    return bodies;
  };

  it('delivers every message, some out of order, a few twice, and none to the dead-letter queue for it', async () => {
    const bodies = await deliver(7);
    const numbers = bodies.map(Number);
    const sorted = Array.from({ length: 500 }, (_, n) => n);
    expect([...new Set(numbers)].toSorted((a, b) => a - b)).toEqual(sorted);
    expect(numbers.length).toBeGreaterThan(500);
    expect(numbers.length).toBeLessThan(525);
    const before = numbers.filter((number, at) => at > 0 && number < (numbers[at - 1] ?? 0));
    expect(before.length).toBeGreaterThan(10);
    const far = numbers.filter((number, at) => Math.abs(number - at) > 50);
    expect(far.length).toBeGreaterThan(0);
  });

  it('disturbs in the same way each time, another seed in another', async () => {
    expect(await deliver(7)).toEqual(await deliver(7));
    expect(await deliver(7)).not.toEqual(await deliver(8));
  });
});

describe('a data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'queues-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('keeps what was not deleted, and takes the attributes and URLs of the new program', async () => {
    const before = await createQueues({ queues: [queue('work', { visibilityTimeoutSeconds: 0 })], dataDir: folder });
    for (const body of ['one', 'two', 'three']) await send(before, 'work', body);
    const [one] = await receive(before, 'work', { MaxNumberOfMessages: 1, VisibilityTimeout: 30 });
    if (one) await remove(before, 'work', one);
    await before.close();
    const moved = {
      ...queue('work', { visibilityTimeoutSeconds: 7 }),
      outputs: { name: 'work', url: 'http://localhost:9/0/work', arn: arnOf('work') },
    };
    const after = await createQueues({ queues: [moved], dataDir: folder });
    expect((await receive(after, 'work')).map(({ Body }) => Body)).toEqual(['two', 'three']);
    expect(await after.engine('ListQueues', {})).toEqual({ QueueUrls: ['http://localhost:9/0/work'] });
    const attributes = { QueueUrl: urlOf('work'), AttributeNames: ['VisibilityTimeout'] };
    expect(await after.engine('GetQueueAttributes', attributes)).toEqual({ Attributes: { VisibilityTimeout: '7' } });
    await after.close();
  });

  it('keeps a message that was given back, with its count', async () => {
    const queues = await createQueues({ queues: [queue('work')], dataDir: folder });
    await send(queues, 'work', 'hello');
    const [message] = await receive(queues, 'work');
    const { ReceiptHandle = '' } = message ?? {};
    await queues.engine('ChangeMessageVisibility', { QueueUrl: urlOf('work'), ReceiptHandle, VisibilityTimeout: 0 });
    await queues.close();
    const after = await createQueues({ queues: [queue('work')], dataDir: folder });
    expect(await receive(after, 'work', { AttributeNames: ['ApproximateReceiveCount'] })).toMatchObject([
      { Body: 'hello', Attributes: { ApproximateReceiveCount: '2' } },
    ]);
    await after.close();
  });
});

it('stops the start when a dead-letter queue is missing or a redrive policy is none', async () => {
  await expect(createQueues({ queues: [queue('work', { redrivePolicy: redrive(2) })] })).rejects.toThrow(
    'The queue work sends its dead letters to arn:aws:sqs:us-east-1:000000000000:dead, which is no queue',
  );
  await expect(createQueues({ queues: [queue('work', { redrivePolicy: '{}' })] })).rejects.toThrow(
    'The redrivePolicy of the queue work must be JSON',
  );
});
