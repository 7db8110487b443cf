import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { InvokeResult } from '../../aws.ts';
import { type Mappings, startMappings } from '../../mappings/mappings.ts';
import { seededChance } from '../../random.ts';
import { createQueues, type Queues } from '../../sqs/index.ts';
import { broken, caller, done, failing, mappingGraph, queue, queueArn, queueUrl } from './graph.ts';

const name = 'work.fifo';
const QueueUrl = queueUrl(name);

interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: { readonly MessageGroupId: string; readonly ApproximateReceiveCount: string };
}
type Worker = (records: readonly QueueRecord[]) => InvokeResult | Promise<InvokeResult>;

interface Setting {
  readonly worker: Worker;
  readonly inputs?: Record<string, unknown>;
  readonly seed?: number;
  /** The visibility timeout, in seconds. */
  readonly visible?: number;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A FIFO queue, and a mapping that reads it. */
const start = async ({ worker, inputs, seed, visible = 1 }: Setting) => {
  const source = queue(name, { fifoQueue: true, visibilityTimeoutSeconds: visible, maxMessageSize: 1_048_576 });
  const queues = await createQueues({ queues: [source], ...(seed !== undefined && { seed }) });
  closers.push(queues.close);
  const mappings = await startMappings({
    graph: mappingGraph(
      { eventSourceArn: queueArn(name), functionResponseTypes: ['ReportBatchItemFailures'], ...inputs },
      { others: [source], timeout: 1 },
    ),
    invoke: async (_, event) => worker((event as { Records: QueueRecord[] }).Records),
    dispatch: ({ operation, input }) => queues.engine(operation, input),
    callerOf: () => caller,
    timing: { streamPollMs: 1, wake: true },
    positions: { get: async () => undefined, set: async () => {} },
    say: () => {},
  });
  closers.push(mappings.close);
  return { queues, mappings };
};

let sent = 0;
const send = async ({ engine }: Queues, group: string, ...bodies: readonly string[]) => {
  const Entries = bodies.map((MessageBody, n) => ({
    Id: String(n),
    MessageBody,
    MessageGroupId: group,
    MessageDeduplicationId: String(sent++),
  }));
  expect(await engine('SendMessageBatch', { QueueUrl, Entries })).toMatchObject({ Failed: [] });
};

/** Lets messages be visible again at once. */
const giveBack = async ({ engine }: Queues, records: readonly QueueRecord[]): Promise<void> => {
  const Entries = records.map(({ receiptHandle: ReceiptHandle }, n) => ({
    Id: String(n),
    ReceiptHandle,
    VisibilityTimeout: 0,
  }));
  await engine('ChangeMessageVisibilityBatch', { QueueUrl, Entries });
};

/** How many messages are in the queue, in flight or not. */
const size = async ({ engine }: Queues): Promise<number> => {
  const { Attributes } = (await engine('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] })) as {
    Attributes: Record<string, string>;
  };
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
};

const emptied = ({ queues, mappings }: { queues: Queues; mappings: Mappings }) =>
  vi.waitFor(
    async () => {
      expect(await size(queues)).toBe(0);
      expect(mappings.idle()).toBe(true);
    },
    { timeout: 90_000, interval: 5 },
  );

const idsOf = (records: readonly QueueRecord[]) => records.map(({ messageId }) => messageId);
const bodiesOf = (records: readonly QueueRecord[]) => records.map(({ body }) => body);
const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n));

describe('a mapping of a FIFO queue', () => {
  it("gives the function the group's attributes, and deletes what succeeds, so that the group goes on at once", async () => {
    const batches: QueueRecord[][] = [];
    const running = await start({
      // So long that the test would end before a group that is not set free.
      visible: 600,
      worker: (records) => {
        batches.push([...records]);
        return done;
      },
    });
    for (let n = 0; n < 5; n++) await send(running.queues, 'a', ...numbers(5));
    await emptied(running);
    expect(batches.flatMap(bodiesOf)).toEqual(Array.from({ length: 5 }, () => numbers(5)).flat());
    expect(batches[0]?.[0]?.attributes).toMatchObject({
      MessageGroupId: 'a',
      MessageDeduplicationId: expect.any(String),
      SequenceNumber: expect.stringMatching(/^\d{20}$/),
      ApproximateReceiveCount: '1',
    });
  });

  it('takes several groups in one batch', async () => {
    const batches: string[][] = [];
    const held = Promise.withResolvers<InvokeResult>();
    const running = await start({
      inputs: { scalingConfig: { maximumConcurrency: 2 } },
      visible: 600,
      worker: (records) => {
        batches.push(bodiesOf(records));
        return batches.length <= 2 ? held.promise : done;
      },
    });
    for (const group of ['a', 'b']) {
      await send(running.queues, group, group);
      await vi.waitFor(() => expect(batches.flat()).toContain(group), 30_000);
    }
    for (const group of ['c', 'd', 'e']) await send(running.queues, group, group);
    held.resolve(done);
    await emptied(running);
    expect(batches).toEqual([['a'], ['b'], ['c', 'd', 'e']]);
  });

  it('leaves what the function reports in the queue, until its visibility timeout is over', async () => {
    const batches: string[][] = [];
    const running = await start({
      worker: (records) => {
        batches.push(bodiesOf(records));
        return batches.length === 1 ? failing(...idsOf(records).slice(2)) : done;
      },
    });
    await send(running.queues, 'a', ...numbers(4));
    await vi.waitFor(async () => expect(await size(running.queues)).toBe(2), 30_000);
    await send(running.queues, 'a', 'next');
    await send(running.queues, 'b', 'other');
    await emptied(running);
    expect(batches).toEqual([['0', '1', '2', '3'], ['other'], ['2', '3', 'next']]);
  });

  it('gives it again at once where the function has changed its visibility', async () => {
    const batches: string[][] = [];
    const running = await start({
      visible: 600,
      worker: async (records) => {
        batches.push(bodiesOf(records));
        if (batches.length > 1) return done;
        await giveBack(running.queues, records);
        return failing(...idsOf(records));
      },
    });
    await send(running.queues, 'a', ...numbers(2));
    await emptied(running);
    expect(batches).toEqual([numbers(2), numbers(2)]);
  });

  it.each([2, 1000])(
    'works on several groups at once, %i at most, and on each in one batch at a time',
    async (most) => {
      const busy = new Set<string>();
      let peak = 0;
      let doubles = 0;
      const allTaken = Promise.withResolvers<void>();
      const running = await start({
        visible: 600,
        inputs: { scalingConfig: { maximumConcurrency: most }, batchSize: 1 },
        worker: async ([record]) => {
          const group = record?.attributes.MessageGroupId ?? '';
          if (busy.has(group)) doubles++;
          busy.add(group);
          peak = Math.max(peak, busy.size);
          await allTaken.promise;
          busy.delete(group);
          return done;
        },
      });
      for (const group of ['a', 'b', 'c']) await send(running.queues, group, ...numbers(5));
      await vi.waitFor(() => expect(peak).toBeGreaterThanOrEqual(Math.min(most, 3)), 30_000);
      allTaken.resolve();
      await emptied(running);
      expect([peak, doubles]).toEqual([Math.min(most, 3), 0]);
    },
  );

  it('stops a group at the part of a batch over the payload limit that failed, and goes on with the others', async () => {
    const batches: string[][] = [];
    const held = Promise.withResolvers<InvokeResult>();
    const running = await start({
      inputs: { scalingConfig: { maximumConcurrency: 2 } },
      visible: 600,
      worker: (records) => {
        const first = records.map(({ body, attributes }) => attributes.MessageGroupId + body.charAt(0));
        batches.push(first);
        if (first[0]?.startsWith('x')) return held.promise;
        return failing(...idsOf(records.filter(({ attributes }) => attributes.MessageGroupId === 'a')));
      },
    });
    for (const group of ['x1', 'x2']) {
      await send(running.queues, group, '.');
      await vi.waitFor(() => expect(batches.flat()).toContain(`${group}.`), 30_000);
    }
    for (const digit of numbers(8)) await send(running.queues, 'a', digit.repeat(900_000));
    await send(running.queues, 'b', '0');
    held.resolve(done);
    await vi.waitFor(async () => expect(await size(running.queues)).toBe(8), { timeout: 30_000 });
    expect(batches.slice(2)).toEqual([['a0', 'a1', 'a2', 'a3', 'a4', 'a5'], ['b0']]);
  });
});

describe('10,000 messages in 100 groups', () => {
  const groups = numbers(100);
  const inOrder = Object.fromEntries(groups.map((group) => [group, numbers(100)]));
  const sendAll = async (queues: Queues) => {
    for (let from = 0; from < 100; from += 10) {
      for (const group of groups) await send(queues, group, ...numbers(100).slice(from, from + 10));
    }
  };

  it('come in the order of their group, each once', async () => {
    const completed = new Map<string, string[]>(groups.map((group) => [group, []]));
    const running = await start({
      visible: 600,
      worker: (records) => {
        for (const { body, attributes } of records) completed.get(attributes.MessageGroupId)?.push(body);
        return done;
      },
    });
    await sendAll(running.queues);
    await emptied(running);
    expect(Object.fromEntries(completed)).toEqual(inOrder);
  });

  it.each([1, 2])('are completed in the order of their group, none lost, whatever fails: seed %i', async (seed) => {
    const chance = seededChance(seed);
    const completed = new Map<string, Set<string>>(groups.map((group) => [group, new Set()]));
    const fates = { reported: 0, givenBack: 0, died: 0, late: 0 };

    const worker: Worker = async (records) => {
      if (chance(1 / 100)) {
        fates.late++;
        await pause(1100);
      }
      const failed: QueueRecord[] = [];
      for (const record of records) {
        const { MessageGroupId: group } = record.attributes;
        if (chance(1 / 1000)) {
          fates.died++;
          return broken;
        }
        const stopped = failed.some(({ attributes }) => attributes.MessageGroupId === group);
        if (stopped || chance(1 / 100)) failed.push(record);
        else completed.get(group)?.add(record.body);
      }
      if (failed.length > 0 && chance(0.8)) {
        fates.givenBack++;
        await giveBack(running.queues, failed);
      } else if (failed.length > 0) fates.reported++;
      return failing(...idsOf(failed));
    };
    const running = await start({ seed, worker });
    await sendAll(running.queues);
    await emptied(running);
    expect(Object.fromEntries([...completed].map(([group, bodies]) => [group, [...bodies]]))).toEqual(inOrder);
    for (const count of Object.values(fates)) expect(count).toBeGreaterThan(0);
  });
});
