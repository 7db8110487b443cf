import { describe, expect, it, vi } from 'vitest';
import type { InvokeResult } from '../../aws.ts';
import { put, streamArn } from '../dynamodb/tables.ts';
import { broken, caller, done } from './graph.ts';
import { counted, openTable, settled, start, write } from './stream-fixture.ts';

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
    await vi.waitFor(() => expect(batches).toHaveLength(1), 30_000);
    await write(dynamo, ...counted('a', 11).slice(1));
    await vi.waitFor(() => expect(read()).toBe(11), 30_000);
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
    await vi.waitFor(() => expect(read()).toBe(2), 30_000);
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
    await vi.waitFor(() => expect(read()).toBe(20), { timeout: 30_000 });
    first.resolve(done);
    await settled(mappings, () => expect(batches.flat()).toHaveLength(20));
    expect(Math.max(...batches.map((batch) => batch.length))).toBe(8);
  });
});
