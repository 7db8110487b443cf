import { afterEach, describe, expect, it, vi } from 'vitest';
import { AwsError, type Invoke, type InvokeResult } from '../../aws.ts';
import { type Mappings, type MappingsOptions, startMappings } from '../../mappings/mappings.ts';
import { broken, caller, done, failing, mappingGraph, queue, queueArn, queueUrl } from './graph.ts';
import { createMemoryQueue, type MemoryQueue } from './memoryQueue.ts';

interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
}
const recordsIn = (event: unknown) => (event as { Records: QueueRecord[] }).Records;
const bodiesIn = (event: unknown) => recordsIn(event).map((record) => record.body);

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Setting {
  readonly inputs?: Record<string, unknown>;
  readonly options?: Partial<MappingsOptions>;
  readonly worker: (bodies: readonly string[], event: unknown) => InvokeResult | Promise<InvokeResult>;
}

const start = async (source: MemoryQueue, { inputs, options, worker }: Setting) => {
  const batches: string[][] = [];
  const said: string[] = [];
  const invoke: Invoke = async (_, event) => {
    batches.push(bodiesIn(event));
    return worker(bodiesIn(event), event);
  };
  const mappings = await startMappings({
    graph: mappingGraph({ eventSourceArn: queueArn('jobs'), ...inputs }, { others: [queue('jobs')] }),
    invoke,
    dispatch: (call) => {
      expect(call).toMatchObject({ caller, service: 'sqs', input: { QueueUrl: queueUrl('jobs') } });
      return source.engine(call.operation, call.input);
    },
    callerOf: () => caller,
    timing: { streamPollMs: 1, wake: true },
    positions: { get: async () => undefined, set: async () => {} },
    say: (line) => said.push(line),
    ...options,
  });
  closers.push(mappings.close);
  return { mappings, batches, said };
};
const settled = (mappings: Mappings, condition: () => void) =>
  vi.waitFor(
    () => {
      condition();
      expect(mappings.idle()).toBe(true);
    },
    { timeout: 30_000, interval: 2 },
  );

describe('a queue mapping', () => {
  it("gives the function AWS's event, and deletes what succeeds", async () => {
    const source = createMemoryQueue();
    const events: unknown[] = [];
    const { mappings } = await start(source, {
      worker: (_, event) => {
        events.push(event);
        return done;
      },
    });
    source.send('hello', { kind: { DataType: 'String', StringValue: 'greeting' } });
    await settled(mappings, () => expect(source.size()).toBe(0));
    expect(events).toEqual([
      {
        Records: [
          {
            messageId: expect.any(String),
            receiptHandle: expect.any(String),
            body: 'hello',
            attributes: expect.objectContaining({ ApproximateReceiveCount: '1' }),
            messageAttributes: {
              kind: { stringValue: 'greeting', stringListValues: [], binaryListValues: [], dataType: 'String' },
            },
            md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
            eventSource: 'aws:sqs',
            eventSourceARN: queueArn('jobs'),
            awsRegion: 'us-east-1',
          },
        ],
      },
    ]);
  });

  it('takes ten messages at a time by default, and works on several batches at once when there is a backlog', async () => {
    const source = createMemoryQueue();
    for (let n = 0; n < 60; n++) source.send(String(n));
    let [busy, most] = [0, 0];
    const { mappings, batches } = await start(source, {
      worker: async () => {
        most = Math.max(most, ++busy);
        await vi.waitFor(() => expect(most).toBe(5), { interval: 1 });
        busy--;
        return done;
      },
    });
    await settled(mappings, () => expect(source.size()).toBe(0));
    expect(batches.map((batch) => batch.length)).toEqual([10, 10, 10, 10, 10, 10]);
    expect(most).toBe(5);
  });

  it('stays within its maximum concurrency', async () => {
    const source = createMemoryQueue();
    for (let n = 0; n < 60; n++) source.send(String(n));
    let [busy, most] = [0, 0];
    const { mappings } = await start(source, {
      inputs: { scalingConfig: { maximumConcurrency: 2 }, batchSize: 3 },
      worker: async () => {
        most = Math.max(most, ++busy);
        await new Promise((next) => setImmediate(next));
        busy--;
        return done;
      },
    });
    await settled(mappings, () => expect(source.size()).toBe(0));
    expect(most).toBe(2);
  });

  it('is not held up by a batch that takes long', async () => {
    const source = createMemoryQueue();
    const { batches } = await start(source, {
      worker: (bodies) => (bodies.includes('slow') ? new Promise<InvokeResult>(() => {}) : done),
    });
    source.send('slow');
    await vi.waitFor(() => expect(batches).toEqual([['slow']]), 30_000);
    source.send('quick');
    await vi.waitFor(() => expect(source.bodies()).toEqual(['slow']), 30_000);
  });

  it('gathers more than ten messages within its window', async () => {
    const source = createMemoryQueue();
    for (let n = 0; n < 25; n++) source.send(String(n));
    const { mappings, batches } = await start(source, {
      inputs: { batchSize: 20, maximumBatchingWindowInSeconds: 1 },
      worker: () => done,
    });
    await settled(mappings, () => expect(source.size()).toBe(0));
    expect(batches.map((batch) => batch.length)).toEqual([20, 5]);
  });

  it('cuts batches at 6 MB', async () => {
    const source = createMemoryQueue();
    for (let n = 0; n < 10; n++) source.send('x'.repeat(1_000_000));
    const { mappings, batches } = await start(source, { worker: () => done });
    await settled(mappings, () => expect(source.size()).toBe(0));
    expect(batches.map((batch) => batch.length)).toEqual([6, 4]);
  });
});

describe('messages that fail', () => {
  const partial = { functionResponseTypes: ['ReportBatchItemFailures'] };

  it('stay in the queue, while the others of their batch are deleted', async () => {
    const source = createMemoryQueue();
    for (const body of ['a', 'b', 'c']) source.send(body);
    const { mappings, batches } = await start(source, {
      inputs: partial,
      worker: (_, event) =>
        failing(...recordsIn(event).flatMap(({ body, messageId }) => (body === 'b' ? [messageId] : []))),
    });
    await settled(mappings, () => expect(source.bodies()).toEqual(['b']));
    source.expireVisibility();
    await settled(mappings, () => expect(batches).toEqual([['a', 'b', 'c'], ['b']]));
  });

  it.each<[string, InvokeResult]>([
    ['the function fails', broken],
    ['it reports a message that is not in the batch', failing('nobody')],
    ['it reports an empty id', failing('')],
  ])('stay all of them when %s, and come again', async (_, answer) => {
    const source = createMemoryQueue();
    for (const body of ['a', 'b']) source.send(body);
    const answers = [answer];
    const { mappings, batches } = await start(source, { inputs: partial, worker: () => answers.shift() ?? done });
    await settled(mappings, () => expect(batches).toHaveLength(1));
    expect(source.bodies()).toEqual(['a', 'b']);
    source.expireVisibility();
    await settled(mappings, () => expect(source.size()).toBe(0));
    expect(batches).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('come again after a throttle', async () => {
    const source = createMemoryQueue();
    source.send('a');
    let throttled = false;
    const { mappings, said } = await start(source, {
      worker: () => {
        if (throttled) return done;
        throttled = true;
        throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
      },
    });
    await settled(mappings, () => expect(throttled).toBe(true));
    expect(source.size()).toBe(1);
    expect(said).toEqual(['feed: TooManyRequestsException: Rate Exceeded.']);
    source.expireVisibility();
    await settled(mappings, () => expect(source.size()).toBe(0));
  });
});

it('delivers a batch twice when asked to, and then deletes it', async () => {
  const source = createMemoryQueue();
  source.send('a');
  const { mappings, batches } = await start(source, { options: { deliverTwice: 1 }, worker: () => done });
  await settled(mappings, () => expect(source.size()).toBe(0));
  expect(batches).toEqual([['a'], ['a']]);
});

it('goes on when reading or deleting fails now and then', async () => {
  const source = createMemoryQueue();
  let calls = 0;
  const flaky: MemoryQueue = {
    ...source,
    engine: async (operation, input) => {
      if (++calls % 2 === 1) throw new AwsError('InternalServerError', 'no', 500);
      return source.engine(operation, input);
    },
  };
  for (const body of ['a', 'b', 'c']) source.send(body);
  const { mappings, batches } = await start(flaky, { inputs: { batchSize: 1 }, worker: () => done });
  await settled(mappings, () => expect(source.size()).toBe(0));
  expect(batches).toEqual([['a'], ['b'], ['c']]);
});

it('closes at once, in the middle of a long poll and of an invocation', async () => {
  const source = createMemoryQueue();
  const { mappings, batches } = await start(source, { worker: () => new Promise<InvokeResult>(() => {}) });
  source.send('a');
  await vi.waitFor(() => expect(batches).toHaveLength(1), 30_000);
  await vi.waitFor(() => expect(source.polling()).toBe(true), 30_000);
  await mappings.close();
});
