import type { QueueSettings } from '../settings.ts';
import type { Surroundings } from '../source.ts';
import type { Message } from './messages.ts';

/** The most messages, and the longest wait in seconds, of one call. Source: SQS, ReceiveMessage. */
const callSize = 10;
const longPoll = 20;

/**
 * Waits for the next batch: what is there, up to `batchSize`; with a window, what comes within it after the first message.
 * Empty after a long poll without a message. Rejects with an AwsError, or with `Closed`.
 */
export const receiveBatch = async (settings: QueueSettings, { call, waits }: Surroundings): Promise<Message[]> => {
  const { queueUrl: QueueUrl, batchSize, windowMs } = settings;
  const receive = async (most: number, seconds: number): Promise<readonly Message[]> => {
    const answer = await waits.on(
      call('sqs', 'ReceiveMessage', {
        QueueUrl,
        MaxNumberOfMessages: Math.min(most, callSize),
        WaitTimeSeconds: seconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return (answer as { Messages?: readonly Message[] }).Messages ?? [];
  };

  const batch = [...(await receive(batchSize, longPoll))];
  const until = Date.now() + windowMs;
  while (batch.length > 0 && batch.length < batchSize && Date.now() < until) {
    // A long poll takes whole seconds; what is left of the last one is slept.
    const seconds = Math.min(longPoll, Math.floor((until - Date.now()) / 1000));
    if (seconds === 0) await waits.pause(until - Date.now());
    batch.push(...(await receive(batchSize - batch.length, seconds)));
  }
  return batch;
};
