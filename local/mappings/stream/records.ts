import { bytesOf } from '../payload.ts';

/** A record as `GetRecords` gives it; dates are seconds since the epoch. */
export interface StreamRecord {
  readonly eventID?: string;
  readonly eventName?: string;
  readonly eventVersion?: string;
  readonly eventSource?: string;
  readonly awsRegion?: string;
  readonly userIdentity?: object;
  readonly dynamodb: {
    readonly Keys: Readonly<Record<string, unknown>>;
    readonly SequenceNumber: string;
    readonly ApproximateCreationDateTime?: number;
  };
}

/** A record that was read and is not dealt with yet. */
export interface Pending {
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
export const pendingOf = (record: StreamRecord, source: string): Pending => {
  const event = { ...record, eventSourceARN: source };
  const readAt = Date.now();
  const { SequenceNumber: sequence, ApproximateCreationDateTime: created } = record.dynamodb;
  const writtenAt = created === undefined ? readAt : created * 1000;
  return { event, sequence, writtenAt, readAt, bytes: bytesOf(event), done: false };
};

/** Which of a shard's lanes an item's records take: always the same, so that they stay in order. FNV-1a over its key. */
export const laneOf = ({ dynamodb: { Keys } }: StreamRecord, lanes: number): number => {
  const key = JSON.stringify(Object.entries(Keys).sort(([a], [b]) => (a < b ? -1 : 1)));
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % lanes;
};
