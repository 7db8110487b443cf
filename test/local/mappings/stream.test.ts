import { afterEach, describe, expect, it, vi } from 'vitest';
import { AwsError, type Call, type Invoke, type InvokeResult, type Resource } from '../../../local/aws.ts';
import { createDynamo, type Dynamo } from '../../../local/dynamodb/index.ts';
import { type Mappings, type MappingsOptions, startMappings } from '../../../local/mappings/mappings.ts';
import { put, streamArn, streamed } from '../dynamodb/tables.ts';
import { broken, caller, done, failing, mappingGraph, queue, queueArn, queueUrl } from './graph.ts';

interface FunctionRecord {
  readonly dynamodb: {
    readonly Keys: { readonly id: { readonly S: string } };
    readonly NewImage: { n: { N: string } };
    readonly SequenceNumber: string;
  };
}
/** `<item>:<n>` of a record: what the tests write and look for. */
const nameOf = ({ dynamodb: { Keys, NewImage } }: FunctionRecord) => `${Keys.id.S}:${NewImage.n.N}`;
const recordsIn = (event: unknown) => (event as { Records: FunctionRecord[] }).Records;
const namesIn = (event: unknown) => recordsIn(event).map(nameOf);
const sequenceIn = (event: unknown, name: string) =>
  recordsIn(event).find((record) => nameOf(record) === name)?.dynamodb.SequenceNumber;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Setting {
  readonly inputs?: Record<string, unknown>;
  readonly options?: Partial<MappingsOptions>;
  /** The function; gets the names of its records too. */
  readonly worker: (names: readonly string[], event: unknown) => InvokeResult | Promise<InvokeResult>;
  readonly others?: readonly Resource[];
  /** What the tables answer is up to it. */
  readonly dispatch?: (call: Call, next: () => Promise<object>) => Promise<object>;
}

const openTable = async (): Promise<Dynamo> => {
  const dynamo = await createDynamo({ tables: [streamed('items')] });
  closers.push(() => dynamo.close());
  return dynamo;
};
const write = async (dynamo: Dynamo, ...names: readonly string[]) => {
  for (const name of names) {
    const [id = '', n = ''] = name.split(':');
    await put(dynamo, 'items', { id: { S: id }, n: { N: n } });
  }
};
const counted = (id: string, count: number) => Array.from({ length: count }, (_, n) => `${id}:${n}`);

const start = async (dynamo: Dynamo, { inputs, options, worker, others = [], dispatch }: Setting) => {
  const batches: string[][] = [];
  const calls: Call[] = [];
  let read = 0;
  const invoke: Invoke = async (_, event) => {
    batches.push(namesIn(event));
    return worker(namesIn(event), event);
  };
  const mappings = await startMappings({
    graph: mappingGraph(
      { eventSourceArn: streamArn('items'), startingPosition: 'TRIM_HORIZON', ...inputs },
      { others },
    ),
    invoke,
    dispatch: async (call) => {
      calls.push(call);
      const next = () => dynamo.engine(call.operation, call.input);
      const answer = await (dispatch ? dispatch(call, next) : next());
      read += (answer as { Records?: unknown[] }).Records?.length ?? 0;
      return answer;
    },
    callerOf: () => caller,
    onWrite: dynamo.onWrite,
    timing: { streamPollMs: 1, wake: true },
    checkpoints: keptIn(new Map()),
    say: () => {},
    ...options,
  });
  closers.push(mappings.close);
  return { mappings, batches, calls, read: () => read, seen: () => batches.flat() };
};
const keptIn = (kept: Map<string, string>) => ({
  get: async (key: string) => kept.get(key),
  set: async (key: string, value: string) => void kept.set(key, value),
});
const settled = (mappings: Mappings, condition: () => void) =>
  vi.waitFor(
    () => {
      condition();
      expect(mappings.idle()).toBe(true);
    },
    { timeout: 10_000, interval: 5 },
  );

describe('a stream mapping', () => {
  it("gives the function AWS's event, and reads as the function", async () => {
    const dynamo = await openTable();
    const events: unknown[] = [];
    const { mappings, calls } = await start(dynamo, {
      worker: (_, event) => {
        events.push(event);
        return done;
      },
    });
    await write(dynamo, 'a:1');
    await settled(mappings, () => expect(events).toHaveLength(1));
    expect(events[0]).toEqual({
      Records: [
        {
          eventID: expect.any(String),
          eventName: 'INSERT',
          eventVersion: '1.1',
          eventSource: 'aws:dynamodb',
          awsRegion: 'us-east-1',
          dynamodb: {
            ApproximateCreationDateTime: expect.any(Number),
            Keys: { id: { S: 'a' } },
            NewImage: { id: { S: 'a' }, n: { N: '1' } },
            SequenceNumber: expect.stringMatching(/^\d+$/),
            SizeBytes: expect.any(Number),
            StreamViewType: 'NEW_AND_OLD_IMAGES',
          },
          eventSourceARN: streamArn('items'),
        },
      ],
    });
    expect(new Set(calls.map((call) => call.caller))).toEqual(new Set([caller]));
  });

  it.each([
    ['woken by writes', { streamPollMs: 1, wake: true }],
    ['polling', { streamPollMs: 2, wake: false }],
  ])('keeps the order of each item, with many lanes and batches that fail, %s', async (_, timing) => {
    const dynamo = await openTable();
    const committed = new Map<string, number>();
    let invocations = 0;
    const { mappings } = await start(dynamo, {
      inputs: { parallelizationFactor: 10, batchSize: 3 },
      options: { timing },
      worker: async (names) => {
        if (++invocations % 7 === 0) return broken;
        await new Promise((next) => setTimeout(next, invocations % 3));
        for (const [id = '', n] of names.map((name) => name.split(':'))) {
          expect(Number(n), id).toBe((committed.get(id) ?? -1) + 1);
          committed.set(id, Number(n));
        }
        return done;
      },
    });
    const items = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];
    for (let n = 0; n < 20; n++) await write(dynamo, ...items.map((id) => `${id}:${n}`));
    await settled(mappings, () => expect([...committed]).toHaveLength(items.length));
    await settled(mappings, () => expect([...committed.values()]).toEqual(items.map(() => 19)));
  });

  it('takes all that came during an invocation into the next batch, up to its size', async () => {
    const dynamo = await openTable();
    const first = Promise.withResolvers<InvokeResult>();
    const { mappings, batches, read } = await start(dynamo, {
      inputs: { batchSize: 6 },
      worker: (names) => (names[0] === 'a:0' ? first.promise : done),
    });
    await write(dynamo, 'a:0');
    await vi.waitFor(() => expect(batches).toHaveLength(1));
    await write(dynamo, ...counted('a', 11).slice(1));
    await vi.waitFor(() => expect(read()).toBe(11));
    first.resolve(done);
    await settled(mappings, () => expect(batches.map((batch) => batch.length)).toEqual([1, 6, 4]));
  });

  it('waits for a batch to fill within its window, and no longer than that', async () => {
    const dynamo = await openTable();
    const { mappings, batches, read } = await start(dynamo, {
      inputs: { batchSize: 3, maximumBatchingWindowInSeconds: 1 },
      worker: () => done,
    });
    await write(dynamo, 'a:0', 'a:1');
    await vi.waitFor(() => expect(read()).toBe(2));
    await write(dynamo, 'a:2', 'a:3');
    await settled(mappings, () => expect(batches).toEqual([['a:0', 'a:1', 'a:2'], ['a:3']]));
  });

  it('cuts batches at 6 MB', async () => {
    const dynamo = await openTable();
    await Promise.all(
      counted('a', 20).map((_, n) =>
        put(dynamo, 'items', { id: { S: 'a' }, n: { N: String(n) }, text: { S: 'x'.repeat(390_000) } }),
      ),
    );
    const first = Promise.withResolvers<InvokeResult>();
    const { mappings, batches, read } = await start(dynamo, {
      worker: (names) => (names[0] === 'a:0' ? first.promise : done),
    });
    // The first of these has no old image; a record of the others is 780 KB.
    await vi.waitFor(() => expect(read()).toBe(20), { timeout: 10_000 });
    first.resolve(done);
    await settled(mappings, () => expect(batches.flat()).toHaveLength(20));
    expect(Math.max(...batches.map((batch) => batch.length))).toBe(8);
  });
});

describe('a batch that fails', () => {
  it('comes again whole after a function error, for ever by default', async () => {
    const dynamo = await openTable();
    let failures = 4;
    const { mappings, batches } = await start(dynamo, { worker: () => (failures-- > 0 ? broken : done) });
    await write(dynamo, 'a:0');
    await settled(mappings, () => expect(batches).toEqual(Array.from({ length: 5 }, () => ['a:0'])));
  });

  it('comes again from the lowest reported record on', async () => {
    const dynamo = await openTable();
    await write(dynamo, ...counted('a', 5));
    const { mappings, batches } = await start(dynamo, {
      inputs: { functionResponseTypes: ['ReportBatchItemFailures'] },
      worker: (names, event) =>
        names.length === 5 ? failing(sequenceIn(event, 'a:3'), sequenceIn(event, 'a:2')) : failing(),
    });
    await settled(mappings, () =>
      expect(batches).toEqual([
        ['a:0', 'a:1', 'a:2', 'a:3', 'a:4'],
        ['a:2', 'a:3', 'a:4'],
      ]),
    );
  });

  it.each([
    ['an unknown record', failing('no-such-record')],
    ['an empty identifier', failing('')],
    ['null', failing(null)],
    ['what is no list', { ok: true, value: { batchItemFailures: 'all' } } as const],
    ['a text', { ok: true, value: 'fine' } as const],
  ])('comes again whole when the function reports %s', async (_, answer) => {
    const dynamo = await openTable();
    await write(dynamo, 'a:0', 'a:1');
    let first = true;
    const { mappings, batches } = await start(dynamo, {
      inputs: { functionResponseTypes: ['ReportBatchItemFailures'] },
      worker: () => {
        const now = first ? answer : done;
        first = false;
        return now;
      },
    });
    const both = ['a:0', 'a:1'];
    await settled(mappings, () => expect(batches).toEqual([both, both]));
  });

  it('is split after a function error where the mapping bisects, until the bad record is alone', async () => {
    const dynamo = await openTable();
    await write(dynamo, ...counted('a', 8));
    let mended = false;
    const { mappings, batches } = await start(dynamo, {
      inputs: { bisectBatchOnFunctionError: true },
      worker: (names) => (names.includes('a:5') && !mended ? broken : done),
    });
    await vi.waitFor(() => expect(batches.filter((batch) => batch.join() === 'a:5').length).toBeGreaterThan(1));
    mended = true;
    await settled(mappings, () => expect(batches.at(-1)).toEqual(['a:6', 'a:7']));
    expect(batches.slice(0, 5)).toEqual([
      counted('a', 8),
      counted('a', 4),
      ['a:4', 'a:5', 'a:6', 'a:7'],
      ['a:4', 'a:5'],
      ['a:4'],
    ]);
  });

  it('is given up after its retries: the destination gets its position, and the shard goes on', async () => {
    const dynamo = await openTable();
    await write(dynamo, ...counted('a', 3));
    const messages: unknown[] = [];
    const { mappings, batches } = await start(dynamo, {
      inputs: {
        batchSize: 2,
        maximumRetryAttempts: 1,
        destinationConfig: { onFailure: { destinationArn: queueArn('lost') } },
      },
      others: [queue('lost')],
      worker: (names) => (names.includes('a:0') ? broken : done),
      dispatch: async (call, next) => {
        if (call.service !== 'sqs') return next();
        expect(call).toMatchObject({ operation: 'SendMessage', caller, input: { QueueUrl: queueUrl('lost') } });
        messages.push(JSON.parse(String(call.input.MessageBody)));
        return {};
      },
    });
    await settled(mappings, () => expect(batches).toEqual([['a:0', 'a:1'], ['a:0', 'a:1'], ['a:2']]));
    expect(messages).toEqual([
      expect.objectContaining({
        requestContext: expect.objectContaining({ condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 }),
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        DDBStreamBatchInfo: expect.objectContaining({ batchSize: 2, streamArn: streamArn('items') }),
      }),
    ]);
  });

  it('loses only what is older than the mapping allows', async () => {
    const dynamo = await openTable();
    await write(dynamo, 'a:0', 'a:1');
    const old = Date.now() / 1000 - 120;
    const { mappings, batches } = await start(dynamo, {
      inputs: { maximumRecordAgeInSeconds: 60 },
      worker: () => done,
      dispatch: async (_call, next) => {
        const answer = (await next()) as { Records?: { dynamodb: { NewImage: { n: { N: string } } } }[] };
        for (const { dynamodb } of answer.Records ?? []) {
          if (dynamodb.NewImage.n.N === '0') Object.assign(dynamodb, { ApproximateCreationDateTime: old });
        }
        return answer;
      },
    });
    await settled(mappings, () => expect(batches).toEqual([['a:1']]));
  });

  it('is tried again after a throttle, which is no retry and splits nothing', async () => {
    const dynamo = await openTable();
    await write(dynamo, 'a:0', 'a:1');
    let throttles = 3;
    const { mappings, batches } = await start(dynamo, {
      inputs: { maximumRetryAttempts: 0, bisectBatchOnFunctionError: true },
      worker: () => {
        if (throttles-- > 0) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
        return done;
      },
    });
    const both = ['a:0', 'a:1'];
    await settled(mappings, () => expect(batches).toEqual([both, both, both, both]));
  });
});

describe('at least once', () => {
  it('delivers some batches twice when asked to, the same ones with the same seed', async () => {
    const repeats = async (seed: number) => {
      const dynamo = await openTable();
      await write(dynamo, ...counted('a', 40));
      const { mappings, batches, seen } = await start(dynamo, {
        inputs: { batchSize: 1 },
        options: { deliverTwice: 0.3, seed },
        worker: () => done,
      });
      await settled(mappings, () => expect(new Set(seen()).size).toBe(40));
      return batches.flat().filter((name, index, all) => all[index - 1] === name);
    };
    const first = await repeats(7);
    expect(first.length).toBeGreaterThan(3);
    expect(first.length).toBeLessThan(25);
    expect(await repeats(7)).toEqual(first);
  });

  it('goes on from its checkpoint after a restart, which passes nothing that a lane still works on', async () => {
    const dynamo = await openTable();
    const kept = new Map<string, string>();
    const stuck = Promise.withResolvers<InvokeResult>();
    await write(dynamo, 'stuck:0');
    const before = await start(dynamo, {
      inputs: { parallelizationFactor: 10, batchSize: 5 },
      options: { checkpoints: keptIn(kept) },
      worker: (names) => (names.includes('stuck:1') ? stuck.promise : done),
    });
    await settled(before.mappings, () => expect(before.seen()).toEqual(['stuck:0']));
    await write(dynamo, 'stuck:1', ...Array.from({ length: 40 }, (_, n) => `other${n}:0`));
    await vi.waitFor(() => expect(before.seen().length).toBeGreaterThan(30));
    await before.mappings.close();

    const after = await start(dynamo, { options: { checkpoints: keptIn(kept) }, worker: () => done });
    await settled(after.mappings, () => expect(after.seen()).toContain('stuck:1'));
    expect(after.seen()).not.toContain('stuck:0');
    const all = new Set([...before.seen(), ...after.seen()]);
    expect(all.size).toBe(42);
    await after.mappings.close();

    const last = await start(dynamo, { options: { checkpoints: keptIn(kept) }, worker: () => done });
    await write(dynamo, 'new:0');
    await settled(last.mappings, () => expect(last.seen()).toEqual(['new:0']));
  });

  it('goes on where it was when reading fails now and then, and when an iterator has expired', async () => {
    const dynamo = await openTable();
    let reads = 0;
    const { mappings, seen } = await start(dynamo, {
      worker: () => done,
      dispatch: async (call, next) => {
        if (call.operation === 'GetRecords' && ++reads % 3 === 0) {
          throw new AwsError(reads % 2 ? 'ExpiredIteratorException' : 'InternalServerError', 'no');
        }
        return next();
      },
    });
    for (const name of counted('a', 10)) {
      await write(dynamo, name);
      await vi.waitFor(() => expect(seen()).toContain(name), { timeout: 5_000, interval: 2 });
    }
    await settled(mappings, () => expect(seen()).toEqual(counted('a', 10)));
  });

  it('starts with what is written after the start when the position is LATEST', async () => {
    const dynamo = await openTable();
    await write(dynamo, 'a:0');
    const { mappings, seen } = await start(dynamo, { inputs: { startingPosition: 'LATEST' }, worker: () => done });
    await write(dynamo, 'a:1');
    await settled(mappings, () => expect(seen()).toEqual(['a:1']));
  });
});

describe('the start of a stream mapping', () => {
  it('fails when the role of the function may not read the stream', async () => {
    const dynamo = await openTable();
    const dispatch = () => Promise.reject(new AwsError('AccessDeniedException', 'not allowed to DescribeStream'));
    await expect(start(dynamo, { worker: () => done, dispatch })).rejects.toThrow('not allowed to DescribeStream');
  });
});

describe('close', () => {
  it('does not wait for an invocation or for a retry', async () => {
    const dynamo = await openTable();
    const { mappings, batches } = await start(dynamo, { worker: () => new Promise<InvokeResult>(() => {}) });
    await write(dynamo, 'a:0');
    await vi.waitFor(() => expect(batches).toHaveLength(1));
    await mappings.close();
    expect(mappings.idle()).toBe(false);
  });
});
