import { AwsError } from '../../aws.ts';
import type { StreamRecord } from '../../dynamodb/record.ts';
import { backoffMs } from '../backoff.ts';
import { Closed } from '../closing.ts';
import type { StreamSettings } from '../settings.ts';
import type { Surroundings, Timing } from '../source.ts';
import { createDelivery } from './delivery.ts';
import { createLane } from './lane.ts';
import type { Progress } from './progress.ts';
import { laneOf, pendingOf } from './records.ts';
import type { Wakeup } from './wakeup.ts';

/** The most records of one read. Source: DynamoDB Streams, GetRecords, `Limit`. */
const readSize = 1000;
/** A poller that is woken by writes looks this often all the same, in ms. */
const lookAnyway = 1000;
/** What may be read ahead of what is dealt with, in bytes, before a shard is read no further. */
const readAhead = 32 * 1024 * 1024;

/** Where in a shard reading starts. */
export type Position =
  | { readonly ShardIteratorType: 'TRIM_HORIZON' | 'LATEST' }
  | { readonly ShardIteratorType: 'AFTER_SEQUENCE_NUMBER'; readonly SequenceNumber: string };

interface ShardOptions {
  readonly settings: StreamSettings;
  readonly shardId: string;
  readonly surroundings: Surroundings;
  readonly progress: Progress;
  readonly wakeup: Wakeup;
  readonly timing: Timing;
}

/**
 * Gets the iterator of a shard; from its oldest record when the position is no longer in the stream.
 * @throws AwsError when the stream cannot be read.
 */
export const openShard = async (
  { source, name }: StreamSettings,
  shardId: string,
  { call, waits, say }: Surroundings,
  position: Position,
): Promise<string> => {
  const iterator = async (from: Position) => {
    const input = { StreamArn: source, ShardId: shardId, ...from };
    return (await waits.on(call('dynamodb', 'GetShardIterator', input))) as { ShardIterator: string };
  };
  try {
    return (await iterator(position)).ShardIterator;
  } catch (error) {
    if (!(error instanceof AwsError) || error.name !== 'TrimmedDataAccessException') throw error;
    say(`${name}: ${shardId} no longer holds the position that was reached; going on from its oldest record`);
    return (await iterator({ ShardIteratorType: 'TRIM_HORIZON' })).ShardIterator;
  }
};

/** Reads a shard and delivers its records. Ends when the shard is closed and all of it is dealt with. */
export const readShard = async (options: ShardOptions, opened: string, openedAt: Position): Promise<void> => {
  const { settings, shardId, surroundings, progress, wakeup, timing } = options;
  const { call, waits, say } = surroundings;
  const deliver = createDelivery(settings, shardId, surroundings, progress.settle);
  const { batchSize, windowMs } = settings;
  const lanes = Array.from({ length: settings.lanes }, () => createLane({ batchSize, windowMs, waits, deliver }));

  let iterator: string | undefined = opened;
  let position = openedAt;
  let failures = 0;
  while (iterator !== undefined) {
    wakeup.arm();
    const began = performance.now();
    try {
      const input = { ShardIterator: iterator, Limit: readSize };
      const answer = (await waits.on(call('dynamodb', 'GetRecords', input))) as GetRecordsAnswer;
      const records = answer.Records.map((record) => ({ record, pending: pendingOf(record, settings.source) }));
      progress.read(records.map(({ pending }) => pending));
      for (const { record, pending } of records) lanes[laneOf(record, settings.lanes)]?.(pending);

      const last = records.at(-1)?.pending.sequence;
      if (last !== undefined) position = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: last };
      iterator = answer.NextShardIterator;
      failures = 0;
      if (records.length === 0 && timing.wake && iterator !== undefined) await wakeup.sleep(lookAnyway);
    } catch (error) {
      if (error instanceof Closed) throw error;
      if (failures === 0) say(`${settings.name}: cannot read ${shardId}: ${error}; trying again`);
      await waits.pause(backoffMs(failures++));
      // Iterators expire after 15 minutes; a new one from the last record read is right after any failure.
      iterator = await openShard(settings, shardId, surroundings, position).catch((again) => {
        if (again instanceof Closed) throw again;
        return iterator;
      });
    }
    await waits.pause(Math.max(0, timing.streamPollMs - (performance.now() - began)));
    while (progress.unfinishedBytes() > readAhead) await waits.pause(timing.streamPollMs);
  }
  while (progress.unfinished() > 0) await waits.pause(timing.streamPollMs);
};

interface GetRecordsAnswer {
  readonly Records: readonly StreamRecord[];
  readonly NextShardIterator?: string;
}
