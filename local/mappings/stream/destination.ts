import { randomUUID } from 'node:crypto';
import { Closed } from '../closing.ts';
import type { StreamSettings } from '../settings.ts';
import type { Surroundings } from '../source.ts';
import type { PendingRecord } from './records.ts';

/** Records that will not be delivered (again), and why. */
export interface GivenUp {
  readonly records: readonly PendingRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  /** How often the function got them. */
  readonly invocations: number;
  /** The last time, the function itself failed. */
  readonly functionError?: boolean;
}

/**
 * Tells the mapping's on-failure queue where in the stream the records are; they themselves are not in the message.
 * Source: Lambda developer guide, "Retain discarded batches from a DynamoDB event source".
 */
export const reportGivenUp = async (
  settings: StreamSettings,
  shardId: string,
  { call, waits, say }: Surroundings,
  { records, condition, invocations, functionError }: GivenUp,
): Promise<void> => {
  const [first, last] = [records[0], records.at(-1)];
  if (settings.onFailureQueueUrl === undefined || first === undefined || last === undefined) return;
  const position = {
    requestContext: {
      requestId: randomUUID(),
      functionArn: settings.functionArn,
      condition,
      approximateInvokeCount: invocations,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: settings.functionVersion,
      ...(functionError ? { functionError: 'Unhandled' } : {}),
    },
    version: '1.0',
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first.sequence,
      endSequenceNumber: last.sequence,
      approximateArrivalOfFirstRecord: new Date(first.writtenAt).toISOString(),
      approximateArrivalOfLastRecord: new Date(last.writtenAt).toISOString(),
      batchSize: records.length,
      streamArn: settings.source,
    },
  };
  const input = { QueueUrl: settings.onFailureQueueUrl, MessageBody: JSON.stringify(position) };
  try {
    await waits.on(call('sqs', 'SendMessage', input));
  } catch (error) {
    if (error instanceof Closed) throw error;
    say(`${settings.name}: its on-failure destination could not be told: ${error}`);
  }
};
