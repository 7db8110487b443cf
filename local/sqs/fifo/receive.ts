import { account } from '../../aws.ts';
import { md5 } from '../fauxqs.ts';
import { type Input, namesOf, receivingOf } from '../input.ts';
import { chosenAttributes } from '../messageAttributes.ts';
import { type Message, shownSequence } from './message.ts';
import type { FifoQueue, Taking } from './queue.ts';

/** What a call asks for. */
export interface Request {
  readonly taking: Taking;
  readonly waitMs: number;
}

/** @throws AwsError when SQS would refuse the call. */
export const requestOf = ({ definition: { attributes } }: FifoQueue, input: Input): Request => {
  const { most, waitSeconds, visibilitySeconds } = receivingOf(input, attributes);
  return { taking: { most, ofGroup: most, visibilityMs: visibilitySeconds * 1000 }, waitMs: waitSeconds * 1000 };
};

const systemAttributes = (message: Message): Record<string, string> => ({
  SenderId: account,
  SentTimestamp: String(message.sent),
  ApproximateReceiveCount: String(message.received),
  ApproximateFirstReceiveTimestamp: String(message.firstReceived),
  SequenceNumber: shownSequence(message.sequence),
  MessageGroupId: message.group,
  MessageDeduplicationId: message.deduplication,
  ...(message.source && { DeadLetterQueueSourceArn: message.source }),
});

/** A message as a receiver gets it. */
const shown = (message: Message, input: Input): object => {
  const wanted = [...namesOf(input, 'AttributeNames'), ...namesOf(input, 'MessageSystemAttributeNames')];
  const system = Object.entries(systemAttributes(message)).filter(
    ([name]) => wanted.includes('All') || wanted.includes(name),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.flight?.handle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...chosenAttributes(message.attributes, input),
  };
};

export const answerOf = (messages: readonly Message[], input: Input): object =>
  messages.length > 0 ? { Messages: messages.map((message) => shown(message, input)) } : {};
