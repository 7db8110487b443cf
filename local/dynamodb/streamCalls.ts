import * as z from 'zod';
import { AwsError, type Engine } from '../aws.ts';
import { readIterator, writeIterator } from './iterator.ts';
import { parseSequence } from './sequence.ts';
import { type Position, type Stream, shardCount } from './stream.ts';

const ListStreams = z.object({
  TableName: z.string().optional(),
  Limit: z.number().int().min(1).max(100).default(100),
  ExclusiveStartStreamArn: z.string().optional(),
});
const DescribeStream = z.object({
  StreamArn: z.string(),
  Limit: z.number().int().min(1).max(100).default(100),
  ExclusiveStartShardId: z.string().optional(),
});
const GetShardIterator = z.object({
  StreamArn: z.string(),
  ShardId: z.string(),
  ShardIteratorType: z.enum(['TRIM_HORIZON', 'LATEST', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER']),
  SequenceNumber: z.string().optional(),
});
const GetRecords = z.object({
  ShardIterator: z.string(),
  /** 1,000 records at most (API reference of GetRecords). */
  Limit: z.number().int().min(1).max(1000).default(1000),
});

const parse = <T>(schema: z.ZodType<T>, operation: string, input: unknown): T => {
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new AwsError('ValidationException', `${operation}: ${issue?.path.join('.')}: ${issue?.message}`);
};

const label = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);
/** AWS's shard ids have 28 characters at least. */
const shardId = (shard: number) => `shardId-${String(shard).padStart(20, '0')}-${String(shard).padStart(8, '0')}`;
const shardIds = Array.from({ length: shardCount }, (_, shard) => shardId(shard));

const page = <T>(all: readonly T[], idOf: (each: T) => string, after: string | undefined, limit: number) => {
  const start = after === undefined ? 0 : all.findIndex((each) => idOf(each) === after) + 1;
  const items = all.slice(start, start + limit);
  const last = items.at(-1);
  return { items, next: start + limit < all.length && last !== undefined ? idOf(last) : undefined };
};

/** Answers the operations of DynamoDB Streams. */
export const createStreamCalls = (streams: readonly Stream[], now: () => number): Readonly<Record<string, Engine>> => {
  const byArn = new Map(streams.map((stream) => [stream.arn, stream]));

  const streamAt = (arn: string): Stream => {
    const stream = byArn.get(arn);
    if (!stream)
      throw new AwsError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`);
    return stream;
  };

  const positionOf = (stream: Stream, shard: number, input: z.infer<typeof GetShardIterator>): Position => {
    const { ShardIteratorType: type, SequenceNumber } = input;
    if (type === 'TRIM_HORIZON') return 'oldest';
    if (type === 'LATEST') return { from: stream.landed(), inclusive: false };
    const from = SequenceNumber === undefined ? undefined : parseSequence(SequenceNumber);
    if (from === undefined)
      throw new AwsError('ValidationException', `A ${type} iterator needs a valid SequenceNumber.`);
    const position = { from, inclusive: type === 'AT_SEQUENCE_NUMBER' };
    requireKept(stream, shard, position);
    return position;
  };

  /** To read on from before the horizon would silently miss what was dropped. */
  const requireKept = (stream: Stream, shard: number, position: Position) => {
    const horizon = stream.horizon(shard);
    if (position === 'oldest' || (position.inclusive ? position.from > horizon : position.from >= horizon)) return;
    throw new AwsError('TrimmedDataAccessException', 'The records after this sequence number are no longer kept.');
  };

  return {
    ListStreams: async (_operation, input) => {
      const { TableName, Limit, ExclusiveStartStreamArn } = parse(ListStreams, 'ListStreams', input);
      const wanted = streams.filter((stream) => TableName === undefined || stream.table.name === TableName);
      const { items, next } = page(wanted, (stream) => stream.arn, ExclusiveStartStreamArn, Limit);
      return {
        Streams: items.map(({ arn, table }) => ({ StreamArn: arn, TableName: table.name, StreamLabel: label(arn) })),
        ...(next ? { LastEvaluatedStreamArn: next } : {}),
      };
    },
    DescribeStream: async (_operation, input) => {
      const { StreamArn, Limit, ExclusiveStartShardId } = parse(DescribeStream, 'DescribeStream', input);
      const { table, view } = streamAt(StreamArn);
      const { items, next } = page(shardIds, (id) => id, ExclusiveStartShardId, Limit);
      const shards = items.map((ShardId) => ({
        ShardId,
        SequenceNumberRange: { StartingSequenceNumber: '0'.repeat(21) },
      }));
      return {
        StreamDescription: {
          StreamArn,
          StreamLabel: label(StreamArn),
          StreamStatus: 'ENABLED',
          StreamViewType: view,
          TableName: table.name,
          KeySchema: table.description.KeySchema,
          Shards: shards,
          ...(next ? { LastEvaluatedShardId: next } : {}),
        },
      };
    },
    GetShardIterator: async (_operation, input) => {
      const request = parse(GetShardIterator, 'GetShardIterator', input);
      const stream = streamAt(request.StreamArn);
      const shard = shardIds.indexOf(request.ShardId);
      if (shard < 0) {
        throw new AwsError('ResourceNotFoundException', `The stream ${stream.arn} has no shard ${request.ShardId}.`);
      }
      return {
        ShardIterator: writeIterator({ arn: stream.arn, shard, position: positionOf(stream, shard, request) }, now()),
      };
    },
    GetRecords: async (_operation, input) => {
      const { ShardIterator, Limit } = parse(GetRecords, 'GetRecords', input);
      const { arn, shard, position } = readIterator(ShardIterator, now());
      const stream = streamAt(arn);
      requireKept(stream, shard, position);
      const Records = await stream.read(shard, position, Limit);
      const last = Records.at(-1);
      const next: Position = last ? { from: last.dynamodb.SequenceNumber, inclusive: false } : position;
      return { Records, NextShardIterator: writeIterator({ arn, shard, position: next }, now()) };
    },
  };
};
