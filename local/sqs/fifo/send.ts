import { createHash } from 'node:crypto';
import { AwsError } from '../../aws.ts';
import { forbidden, isForbidden, type MessageAttributes, sizeLimit, sizeOf } from '../contents.ts';
import { md5, md5OfMessageAttributes } from '../fauxqs.ts';
import { eachEntry, entriesOf } from './batch.ts';
import { type Input, invalid, textOf } from './input.ts';
import { shownSequence } from './message.ts';
import type { FifoQueue } from './queue.ts';

/** Alphanumeric characters and punctuation, at most 128. Source: SQS API reference, MessageGroupId, MessageDeduplicationId. */
const identifier = /^[!-~]{1,128}$/;

const identifierOf = (input: Input, name: string): string => {
  const value = textOf(input, name);
  if (identifier.test(value)) return value;
  throw invalid(name, value, `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length`);
};

const deduplicationOf = (input: Input, body: string, contentBased: boolean): string => {
  if (input.MessageDeduplicationId != null) return identifierOf(input, 'MessageDeduplicationId');
  if (contentBased) return createHash('sha256').update(body).digest('hex');
  const rule = 'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided';
  throw new AwsError('InvalidParameterValue', `${rule} explicitly.`);
};

const attributesOf = (input: Input): MessageAttributes => (input.MessageAttributes ?? {}) as MessageAttributes;

/** @throws AwsError when SQS would not take what the message says. */
const checkContents = (body: string, attributes: MessageAttributes, most: number) => {
  const texts = [body, ...Object.values(attributes).map(({ StringValue = '' }) => StringValue)];
  if (texts.some(isForbidden)) throw new AwsError('InvalidMessageContents', forbidden);
  if (sizeOf(body, attributes) <= most) return;
  const reason = `Message must be shorter than ${most} bytes`;
  throw new AwsError('InvalidParameterValue', `One or more parameters are invalid. Reason: ${reason}.`);
};

export const send = (queue: FifoQueue, input: Input, now: number): object => {
  const { attributes: limits, fifo } = queue.definition;
  const [body, attributes] = [textOf(input, 'MessageBody'), attributesOf(input)];
  checkContents(body, attributes, Number(limits.MaximumMessageSize));
  const group = identifierOf(input, 'MessageGroupId');
  // Zero is let through, and means the queue's own delay.
  if (input.DelaySeconds != null && input.DelaySeconds !== 0) {
    throw invalid(
      'DelaySeconds',
      input.DelaySeconds,
      'The request include parameter that is not valid for this queue type',
    );
  }
  const deduplication = deduplicationOf(input, body, fifo?.contentBased ?? false);
  const { id, sequence } = queue.send({ group, deduplication, body, attributes }, now);
  const MD5OfMessageAttributes = md5OfMessageAttributes(attributes);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(body),
    ...(MD5OfMessageAttributes && { MD5OfMessageAttributes }),
    SequenceNumber: shownSequence(sequence),
  };
};

export const sendBatch = (queue: FifoQueue, input: Input, now: number): object => {
  const entries = entriesOf(input);
  const sizes = entries.map((entry) => sizeOf(String(entry.MessageBody ?? ''), attributesOf(entry)));
  if (sizes.reduce((sum, size) => sum + size) > sizeLimit) {
    throw new AwsError('BatchRequestTooLong', `Batch requests cannot be longer than ${sizeLimit} bytes.`);
  }
  return eachEntry(entries, (entry) => send(queue, entry, now));
};
