import type { StreamRecord } from '../../dynamodb/record.ts';
import { bytesOf } from '../payload.ts';

/** A record that was read and is not dealt with yet. */
export interface PendingRecord {
  /** As the function gets it. */
  readonly event: object;
  readonly sequence: string;
  /** When it was written, and when it was read, in ms since the epoch. */
  readonly writtenAt: number;
  readonly readAt: number;
  readonly bytes: number;
  done: boolean;
}

/** @param source ARN of the stream. */
export const pendingOf = (record: StreamRecord, source: string): PendingRecord => {
  const event = { ...record, eventSourceARN: source };
  const readAt = Date.now();
  const { SequenceNumber: sequence, ApproximateCreationDateTime: created } = record.dynamodb;
  return { event, sequence, writtenAt: created * 1000, readAt, bytes: bytesOf(event), done: false };
};

/** Which of a shard's lanes an item's records take: always the same, so that they stay in order. FNV-1a over its key. */
export const laneOf = ({ dynamodb: { Keys } }: StreamRecord, lanes: number): number => {
  const key = JSON.stringify(Object.entries(Keys).sort(([a], [b]) => (a < b ? -1 : 1)));
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % lanes;
};
