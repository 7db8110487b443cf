import { expect, it } from 'vitest';
import { createQueues, type Queues } from '../../sqs/index.ts';
import { fifo } from './fifo.ts';
import { type Message, receive, remove, send, urlOf } from './queues.ts';

const groups = ['a', 'b', 'c', 'd'];

/** Sends in batches of ten, as quick as it goes. */
const fill = async (queues: Queues, count: number, groupOf: (n: number) => string) => {
  for (let from = 0; from < count; from += 10) {
    const Entries = Array.from({ length: 10 }, (_, n) => ({
      Id: String(n),
      MessageBody: String(from + n),
      MessageGroupId: groupOf(from + n),
      MessageDeduplicationId: String(from + n),
    }));
    await queues.engine('SendMessageBatch', { QueueUrl: urlOf('work.fifo'), Entries });
  }
};

/** Receives and deletes 400 messages of four groups; gives what each receive brought, as `group:body`. */
const deliver = async (seed: number): Promise<string[][]> => {
  let passed = 0;
  const now = () => Date.now() + passed;
  const queues = await createQueues({ queues: [fifo('work.fifo', { visibilityTimeoutSeconds: 1 })], seed, now });
  await fill(queues, 400, (n) => groups[n % 4] ?? 'a');
  const batches: string[][] = [];
  const labelOf = ({ Attributes, Body }: Message) => `${Attributes?.MessageGroupId}:${Body}`;
  while (batches.flat().length < 400) {
    const messages = await receive(queues, 'work.fifo', { AttributeNames: ['All'] });
    // The answer was lost.
    if (messages.length === 0) passed += 1000;
    for (const message of messages) await remove(queues, 'work.fifo', message);
    batches.push(messages.map(labelOf));
  }
  await queues.close();
  return batches;
};

const hasMixed = (batch: readonly string[]) => {
  const turns = batch.map((label) => label.charAt(0)).filter((group, at, all) => group !== all[at - 1]);
  return new Set(turns).size < turns.length;
};

it('does what a FIFO queue may do, by its seed: small batches, mixed groups, lost answers, but never out of order', async () => {
  const runs = await Promise.all(Array.from({ length: 20 }, (_, seed) => deliver(seed)));
  for (const [seed, batches] of runs.entries()) {
    for (const group of groups) {
      const numbers = batches
        .flat()
        .filter((label) => label.startsWith(group))
        .map((label) => Number(label.slice(2)));
      expect(numbers, `seed ${seed}`).toEqual(Array.from({ length: 100 }, (_, n) => 4 * n + groups.indexOf(group)));
    }
  }
  const all = runs.flat();
  expect(all.filter((batch) => batch.length > 0 && batch.length < 10).length).toBeGreaterThan(50);
  expect(all.filter(hasMixed).length).toBeGreaterThan(50);
  expect(all.filter((batch) => batch.length === 0).length).toBeGreaterThan(0);
  expect(await deliver(7)).toEqual(runs[7]);
});

it('hands out 120,000 messages at most before some are deleted', async () => {
  const queues = await createQueues({ queues: [fifo('work.fifo')] });
  await fill(queues, 120_010, String);
  let received: Message[] = [];
  let count = 0;
  for (
    let messages = await receive(queues, 'work.fifo');
    messages.length > 0;
    messages = await receive(queues, 'work.fifo')
  ) {
    received = messages;
    count += messages.length;
  }
  expect(count).toBe(120_000);
  for (const message of received.slice(0, 3)) await remove(queues, 'work.fifo', message);
  expect(await receive(queues, 'work.fifo')).toHaveLength(3);
  await queues.close();
});

type GroupOf = (n: number) => string;

/** A queue with so many messages that wait; `time` gives the ms that 2,000 more take to be sent, received and deleted. */
const beside = async (waiting: number, groupOf: GroupOf) => {
  const queues = await createQueues({ queues: [fifo('work.fifo')] });
  await fill(queues, waiting, groupOf);
  let sent = 0;
  const time = async (): Promise<number> => {
    const start = performance.now();
    for (let n = 0; n < 2000; n++) {
      const ids = { MessageGroupId: groupOf(n), MessageDeduplicationId: `timed-${sent++}` };
      await send(queues, 'work.fifo', 'x', ids);
      const [message] = await receive(queues, 'work.fifo', { MaxNumberOfMessages: 1 });
      if (message) await remove(queues, 'work.fifo', message);
    }
    return performance.now() - start;
  };
  return { time, close: queues.close };
};

it.each<[string, GroupOf]>([
  ['one group', () => 'a'],
  ['as many groups as messages', String],
])('takes as long beside 100,000 messages that wait as beside 100: %s', async (_, groupOf) => {
  const [few, many] = [await beside(100, groupOf), await beside(100_000, groupOf)];
  const times: [number, number][] = [];
  // In turns, so that a machine that is busy with something else is so for both.
  for (let round = 0; round < 8; round++) times.push([await few.time(), await many.time()]);
  const best = (which: 0 | 1) => Math.min(...times.map((time) => time[which]));
  // Were it linear, it would be hundreds of times as long.
  expect(best(1) / best(0)).toBeLessThan(5);
  await few.close();
  await many.close();
});
