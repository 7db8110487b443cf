import { expect, it, vi } from 'vitest';
import { AwsError, type Dispatch, type InvokeResult } from '../../aws.ts';
import { type Mappings, startMappings } from '../../mappings/mappings.ts';
import { streamArn } from '../dynamodb/tables.ts';
import { caller, done, mappingGraph } from './graph.ts';

const record = (sequence: string) => ({
  eventID: sequence,
  dynamodb: { Keys: { id: { S: 'a' } }, SequenceNumber: sequence, ApproximateCreationDateTime: Date.now() / 1000 },
});
const sequencesIn = (event: unknown) =>
  (event as { Records: { dynamodb: { SequenceNumber: string } }[] }).Records.map(
    (each) => each.dynamodb.SequenceNumber,
  );

/** A stream whose first shard ends after its records; the second one, its child, stays open. Listed a shard at a time. */
const endingShard = (trimmed: readonly string[] = []): Dispatch & { positions: Record<string, unknown>[] } => {
  const shards = [{ ShardId: 'parent' }, { ShardId: 'child', ParentShardId: 'parent' }];
  const records: Record<string, object[]> = { parent: [record('1'), record('2')], child: [record('3')] };
  const positions: Record<string, unknown>[] = [];
  const dispatch: Dispatch = async ({ operation, input }) => {
    if (operation === 'DescribeStream') {
      const next = input.ExclusiveStartShardId === 'parent' ? 1 : 0;
      const more = next === 0 ? { LastEvaluatedShardId: 'parent' } : {};
      return { StreamDescription: { Shards: [shards[next]], ...more } };
    }
    if (operation === 'GetShardIterator') {
      positions.push(input);
      if (trimmed.includes(String(input.SequenceNumber))) throw new AwsError('TrimmedDataAccessException', 'gone');
      return { ShardIterator: `${input.ShardId}:0` };
    }
    const [shard = '', read] = String(input.ShardIterator).split(':');
    if (read === '1') return { Records: [], NextShardIterator: `${shard}:1` };
    return { Records: records[shard], ...(shard === 'child' ? { NextShardIterator: 'child:1' } : {}) };
  };
  return Object.assign(dispatch, { positions });
};

const start = (dispatch: Dispatch, invoke: (sequences: string[]) => Promise<InvokeResult>, position?: string) =>
  startMappings({
    graph: mappingGraph({ eventSourceArn: streamArn('items'), startingPosition: 'LATEST' }),
    invoke: (_, event) => invoke(sequencesIn(event)),
    dispatch,
    callerOf: () => caller,
    timing: { streamPollMs: 1, wake: false },
    positions: { get: async (key) => (key.endsWith('parent') ? position : undefined), set: async () => {} },
    say: () => {},
  });

it('reads a shard from its start after its parent has ended and all of it is dealt with', async () => {
  const stream = endingShard();
  const parent = Promise.withResolvers<InvokeResult>();
  const batches: string[][] = [];
  const mappings: Mappings = await start(stream, async (sequences) => {
    batches.push(sequences);
    return sequences.includes('1') ? parent.promise : done;
  });
  await vi.waitFor(() => expect(batches).toEqual([['1', '2']]), 30_000);
  expect(stream.positions.map((position) => position.ShardId)).toEqual(['parent']);
  parent.resolve(done);
  await vi.waitFor(() => expect(batches).toEqual([['1', '2'], ['3']]), 30_000);
  expect(stream.positions).toEqual([
    expect.objectContaining({ ShardId: 'parent', ShardIteratorType: 'LATEST' }),
    expect.objectContaining({ ShardId: 'child', ShardIteratorType: 'TRIM_HORIZON' }),
  ]);
  await mappings.close();
});

it('goes on from the oldest record when its position is no longer in the stream', async () => {
  const stream = endingShard(['0']);
  const seen: string[] = [];
  const mappings = await start(
    stream,
    async (sequences) => {
      seen.push(...sequences);
      return done;
    },
    '0',
  );
  await vi.waitFor(() => expect(seen).toEqual(['1', '2', '3']), 30_000);
  expect(stream.positions.map((position) => position.ShardIteratorType).slice(0, 2)).toEqual([
    'AFTER_SEQUENCE_NUMBER',
    'TRIM_HORIZON',
  ]);
  await mappings.close();
});

it('opens its stream although the first calls fail', async () => {
  const stream = endingShard();
  let failures = 2;
  const mappings = await start(
    async (call) => {
      if (failures-- > 0) throw new AwsError('ThrottlingException', 'busy');
      return stream(call);
    },
    async () => done,
  );
  await vi.waitFor(() => expect(stream.positions.map((position) => position.ShardId)).toContain('child'), 30_000);
  await mappings.close();
});
