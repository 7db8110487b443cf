import { AwsError } from '../../aws.ts';
import { type Input, invalid, textOf, visibilityOf } from '../input.ts';
import type { FifoQueue } from './queue.ts';

/** What a receiver does with a message that it has: deletes it, or says for how long nobody else is to get it. */

const receipt = /^(\d+)\.[\da-f-]{36}$/;

const sequenceOf = (handle: string): number => {
  const [, sequence] = receipt.exec(handle) ?? [];
  if (sequence) return Number(sequence);
  throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
};

/** What is deleted already is no error; what is visible again, or in flight to somebody else, is one: in FIFO queues alone. */
export const remove = (queue: FifoQueue, input: Input, now: number): object => {
  const handle = textOf(input, 'ReceiptHandle');
  const sequence = sequenceOf(handle);
  const message = queue.inFlight(handle, now);
  if (message) queue.remove(message);
  else if (queue.has(sequence)) throw invalid('ReceiptHandle', handle, 'The receipt handle has expired');
  return {};
};

export const changeVisibility = (queue: FifoQueue, input: Input, now: number): object => {
  const handle = textOf(input, 'ReceiptHandle');
  const seconds = visibilityOf(input);
  sequenceOf(handle);
  const message = queue.inFlight(handle, now);
  if (!message) {
    const reason = 'Message does not exist or is not available for visibility timeout change';
    throw new AwsError('MessageNotInflight', `${reason}.`);
  }
  queue.hide(message, seconds * 1000, now);
  return {};
};
