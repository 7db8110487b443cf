import { setTimeout as pause } from 'node:timers/promises';
import type { Resource } from '../../aws.ts';
import type { Dynamo } from '../../dynamodb/index.ts';

export const streamArn = (name: string) => `arn:aws:dynamodb:us-east-1:000000000000:table/${name}/stream/2026`;

/** A table with a string key `id`, as a Pulumi program registers it. */
export const table = (name: string, inputs: Record<string, unknown> = {}): Resource => ({
  type: 'aws:dynamodb/table:Table',
  name,
  urn: `urn:pulumi:test::test::aws:dynamodb/table:Table::${name}`,
  inputs: { hashKey: 'id', attributes: [{ name: 'id', type: 'S' }], billingMode: 'PAY_PER_REQUEST', ...inputs },
  outputs: {
    name,
    arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`,
    ...(inputs.streamEnabled ? { streamArn: streamArn(name) } : {}),
  },
  dependencies: [],
});

export const streamed = (name: string, streamViewType = 'NEW_AND_OLD_IMAGES', inputs: Record<string, unknown> = {}) =>
  table(name, { streamEnabled: true, streamViewType, ...inputs });

/** The members of a stream record that tests look at. */
export interface SeenRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly userIdentity?: unknown;
  readonly dynamodb: {
    readonly Keys: Record<string, { S?: string }>;
    readonly NewImage?: Record<string, { S?: string; N?: string }>;
    readonly OldImage?: Record<string, { S?: string; N?: string }>;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: string;
    readonly ApproximateCreationDateTime: number;
  };
}

export const shardIds = async ({ engine }: Dynamo, name: string): Promise<string[]> => {
  const answer = (await engine('DescribeStream', { StreamArn: streamArn(name) })) as {
    StreamDescription: { Shards: { ShardId: string }[] };
  };
  return answer.StreamDescription.Shards.map(({ ShardId }) => ShardId);
};

export const iteratorAt = async (
  { engine }: Dynamo,
  name: string,
  ShardId: string,
  at: { ShardIteratorType: string; SequenceNumber?: string },
): Promise<string> => {
  const answer = await engine('GetShardIterator', { StreamArn: streamArn(name), ShardId, ...at });
  return (answer as { ShardIterator: string }).ShardIterator;
};

export const recordsAt = async (
  { engine }: Dynamo,
  ShardIterator: string,
  Limit = 1000,
): Promise<{ Records: SeenRecord[]; NextShardIterator: string }> =>
  (await engine('GetRecords', { ShardIterator, Limit })) as { Records: SeenRecord[]; NextShardIterator: string };

/** All records of a stream, shard by shard. */
export const allRecords = async (dynamo: Dynamo, name: string): Promise<SeenRecord[]> => {
  const all: SeenRecord[] = [];
  for (const shard of await shardIds(dynamo, name)) {
    let iterator = await iteratorAt(dynamo, name, shard, { ShardIteratorType: 'TRIM_HORIZON' });
    for (;;) {
      const { Records, NextShardIterator } = await recordsAt(dynamo, iterator);
      if (Records.length === 0) break;
      all.push(...Records);
      iterator = NextShardIterator;
    }
  }
  return all;
};

export const put = ({ engine }: Dynamo, TableName: string, Item: Record<string, unknown>) =>
  engine('PutItem', { TableName, Item });

/** Waits until `condition` holds; fails after ten seconds. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  const limit = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > limit) throw new Error('The condition did not come to hold within ten seconds.');
    await pause(2);
  }
};

/** The shard that holds an item's records, and those records. */
export const shardOf = async (dynamo: Dynamo, name: string, id: string) => {
  for (const shard of await shardIds(dynamo, name)) {
    const start = await iteratorAt(dynamo, name, shard, { ShardIteratorType: 'TRIM_HORIZON' });
    const { Records, NextShardIterator } = await recordsAt(dynamo, start);
    const own = Records.filter(({ dynamodb }) => dynamodb.Keys.id?.S === id);
    if (own.length > 0) return { shard, records: own, next: NextShardIterator };
  }
  throw new Error(`No shard of ${name} holds ${id}.`);
};
