import { AwsError } from '../../aws.ts';
import type { Positions } from '../../positions.ts';
import { backoffMs } from '../backoff.ts';
import { Closed, untilClosed } from '../closing.ts';
import type { StreamSettings } from '../settings.ts';
import type { Reading, Surroundings, Timing } from '../source.ts';
import { createProgress, type Progress } from './progress.ts';
import { openShard, type Position, readShard } from './shard.ts';
import { createWakeup } from './wakeup.ts';

interface StreamOptions {
  readonly settings: StreamSettings;
  readonly surroundings: Surroundings;
  readonly positions: Positions;
  readonly timing: Timing;
  readonly onWrite: ((listener: (streamArn: string) => void) => () => void) | undefined;
}

interface Shard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
}

interface OpenShard {
  readonly shardId: string;
  /** Under which its position is kept. */
  readonly key: string;
  readonly position: Position;
  readonly iterator: string;
}

/**
 * Reads all shards of a stream, a shard only after its parent. Resolves when the first ones are open, so that nothing
 * written from then on is missed, whatever the starting position.
 * @throws AwsError when the function's role may not read the stream, or there is no such stream.
 */
export const startStream = async (options: StreamOptions): Promise<Reading> => {
  const { settings, surroundings, positions, timing, onWrite } = options;
  const { call, waits, say } = surroundings;
  const wakeups = new Set<() => void>();
  const stopListening = onWrite?.((streamArn) => {
    if (streamArn === settings.source) for (const wake of wakeups) wake();
  });
  const taken = new Set<string>();
  const finished = new Set<string>();
  const progresses: Progress[] = [];

  /** Shards that no one reads yet, and whose parent is dealt with or gone. */
  const ready = async (): Promise<string[]> => {
    const shards: Shard[] = [];
    let from: string | undefined;
    do {
      const input = { StreamArn: settings.source, ...(from === undefined ? {} : { ExclusiveStartShardId: from }) };
      const { StreamDescription } = (await waits.on(call('dynamodb', 'DescribeStream', input))) as DescribeStreamAnswer;
      shards.push(...StreamDescription.Shards);
      from = StreamDescription.LastEvaluatedShardId;
    } while (from !== undefined);
    const listed = new Set(shards.map((shard) => shard.ShardId));
    const free = ({ ParentShardId: parent }: Shard) =>
      parent === undefined || !listed.has(parent) || finished.has(parent);
    return shards.filter((shard) => !taken.has(shard.ShardId) && free(shard)).map((shard) => shard.ShardId);
  };

  /** Gets an iterator for a shard: at the position that was kept, or else at `start`. */
  const open = async (shardId: string, start: Position): Promise<OpenShard> => {
    const key = `${settings.name}/${settings.source}/${shardId}`;
    const kept = await waits.on(positions.get(key));
    const position: Position =
      kept === undefined ? start : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: kept };
    return { shardId, key, position, iterator: await openShard(settings, shardId, surroundings, position) };
  };

  /** Reads a shard to its end, then its children. */
  const read = async ({ shardId, key, position, iterator }: OpenShard): Promise<void> => {
    const progress = createProgress((sequence) =>
      positions.set(key, sequence).catch((error) => say(`${settings.name}: its position was not kept: ${error}`)),
    );
    const wakeup = createWakeup(waits);
    progresses.push(progress);
    wakeups.add(wakeup.wake);
    await readShard({ settings, shardId, surroundings, progress, wakeup, timing }, iterator, position);
    wakeups.delete(wakeup.wake);
    finished.add(shardId);
    // They appeared after the mapping started, so all of them counts.
    const children = await openReady({ ShardIteratorType: 'TRIM_HORIZON' }, () => false);
    await Promise.all(children.map(read));
  };

  /** Opens what is ready; a failure is tried again, unless `lasting` says that it is for whoever started this to mend. */
  const openReady = async (start: Position, lasting: (error: unknown) => boolean): Promise<OpenShard[]> => {
    for (let failures = 0; ; failures++) {
      try {
        const shards = await Promise.all((await ready()).map((shardId) => open(shardId, start)));
        return shards.filter(({ shardId }) => !taken.has(shardId) && taken.add(shardId));
      } catch (error) {
        if (error instanceof Closed || lasting(error)) throw error;
        if (failures === 0) say(`${settings.name}: cannot open its stream: ${error}; trying again`);
        await waits.pause(backoffMs(failures));
      }
    }
  };

  const opened = await openReady({ ShardIteratorType: settings.startingPosition }, forbidden);
  const ended = Promise.all(opened.map((shard) => untilClosed(() => read(shard)))).then(async () => {
    stopListening?.();
    await Promise.all(progresses.map((progress) => progress.written()));
  });
  return { ended, idle: () => progresses.every((progress) => progress.unfinished() === 0) };
};

/** Waiting does not help: the role lacks a permission, or the program names a stream that does not exist. */
const forbidden = (error: unknown): boolean =>
  error instanceof AwsError && /^(AccessDenied|ResourceNotFound|Validation)/.test(error.name);

interface DescribeStreamAnswer {
  readonly StreamDescription: { readonly Shards: readonly Shard[]; readonly LastEvaluatedShardId?: string };
}
