import { createHash } from 'node:crypto';
import { AwsError } from '../../aws.ts';
import { eachMessage } from '../batch.ts';
import { checkContents } from '../contents.ts';
import { md5, md5OfMessageAttributes } from '../fauxqs.ts';
import { type Input, identifierOf, invalid, textOf } from '../input.ts';
import { attributesOf } from '../messageAttributes.ts';
import { shownSequence } from './message.ts';
import type { FifoQueue } from './queue.ts';

const deduplicationOf = (input: Input, body: string, contentBased: boolean): string => {
  if (input.MessageDeduplicationId != null) return identifierOf(input, 'MessageDeduplicationId');
  if (contentBased) return createHash('sha256').update(body).digest('hex');
  const rule = 'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided';
  throw new AwsError('InvalidParameterValue', `${rule} explicitly.`);
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

export const sendBatch = (queue: FifoQueue, input: Input, now: number): object =>
  eachMessage(input, (entry) => send(queue, entry, now));
