import { account } from '../../aws.ts';
import type { MessageAttributes } from '../contents.ts';
import { md5, md5OfMessageAttributes } from '../fauxqs.ts';
import { type Input, namesOf, visibilityOf, wholeOf } from './input.ts';
import { type Message, shownSequence } from './message.ts';
import type { FifoQueue, Taking } from './queue.ts';

/** What a call asks for. */
export interface Request {
  readonly taking: Taking;
  readonly waitMs: number;
}

/** @throws AwsError when SQS would refuse the call. */
export const requestOf = ({ definition: { attributes } }: FifoQueue, input: Input): Request => {
  const most = wholeOf(input, 'MaxNumberOfMessages', { least: 1, most: 10, otherwise: 1 });
  const otherwise = Number(attributes.ReceiveMessageWaitTimeSeconds);
  return {
    taking: { most, ofGroup: most, visibilityMs: visibilityOf(input, Number(attributes.VisibilityTimeout)) * 1000 },
    waitMs: wholeOf(input, 'WaitTimeSeconds', { least: 0, most: 20, otherwise }) * 1000,
  };
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

/** Names are exact, or `prefix.*`; `All` and `.*` are all. Source: SQS API reference, ReceiveMessage, MessageAttributeNames. */
const chosen = (attributes: MessageAttributes, names: readonly string[]): MessageAttributes => {
  const fits = (attribute: string) =>
    names.some((name) => {
      if (name === 'All' || name === attribute) return true;
      return name.endsWith('.*') && attribute.startsWith(name.slice(0, -1).replace(/^\.$/, ''));
    });
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => fits(name)));
};

/** A message as a receiver gets it. */
const shown = (message: Message, input: Input): object => {
  const wanted = [...namesOf(input, 'AttributeNames'), ...namesOf(input, 'MessageSystemAttributeNames')];
  const system = Object.entries(systemAttributes(message)).filter(
    ([name]) => wanted.includes('All') || wanted.includes(name),
  );
  const attributes = chosen(message.attributes, namesOf(input, 'MessageAttributeNames'));
  return {
    MessageId: message.id,
    ReceiptHandle: message.flight?.handle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(Object.keys(attributes).length > 0 && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: md5OfMessageAttributes(attributes),
    }),
  };
};

export const answerOf = (messages: readonly Message[], input: Input): object =>
  messages.length > 0 ? { Messages: messages.map((message) => shown(message, input)) } : {};
