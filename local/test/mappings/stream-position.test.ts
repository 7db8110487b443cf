import { describe, expect, it, vi } from 'vitest';
import { AwsError, type InvokeResult } from '../../aws.ts';
import { done } from './graph.ts';
import { counted, keptIn, openTable, settled, start, write } from './stream-fixture.ts';

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

  it('goes on from its position after a restart, which passes nothing that a lane still works on', async () => {
    const dynamo = await openTable();
    const kept = new Map<string, string>();
    const stuck = Promise.withResolvers<InvokeResult>();
    await write(dynamo, 'stuck:0');
    const before = await start(dynamo, {
      inputs: { parallelizationFactor: 10, batchSize: 5 },
      options: { positions: keptIn(kept) },
      worker: (names) => (names.includes('stuck:1') ? stuck.promise : done),
    });
    await settled(before.mappings, () => expect(before.seen()).toEqual(['stuck:0']));
    await write(dynamo, 'stuck:1', ...Array.from({ length: 40 }, (_, n) => `other${n}:0`));
    await vi.waitFor(() => expect(before.seen().length).toBeGreaterThan(30), 30_000);
    await before.mappings.close();

    const after = await start(dynamo, { options: { positions: keptIn(kept) }, worker: () => done });
    await settled(after.mappings, () => expect(after.seen()).toContain('stuck:1'));
    expect(after.seen()).not.toContain('stuck:0');
    const all = new Set([...before.seen(), ...after.seen()]);
    expect(all.size).toBe(42);
    await after.mappings.close();

    const last = await start(dynamo, { options: { positions: keptIn(kept) }, worker: () => done });
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
      await vi.waitFor(() => expect(seen()).toContain(name), { timeout: 30_000, interval: 2 });
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
    await vi.waitFor(() => expect(batches).toHaveLength(1), 30_000);
    await mappings.close();
    expect(mappings.idle()).toBe(false);
  });
});
