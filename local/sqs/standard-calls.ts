import { AwsError } from '../aws.ts';
import { eachEntry, eachMessage, entriesOf } from './batch.ts';
import { checkContents } from './contents.ts';
import { createMessage, type Queue } from './fauxqs.ts';
import { type Input, identifierOf, textOf, visibilityOf, wholeOf } from './input.ts';
import { attributesOf } from './messageAttributes.ts';
import { chosenOf } from './queueAttributes.ts';

/** Has fauxqs answer one operation, at once. */
export type Ask = (operation: string, input: Input) => object;

type Operation = (queue: Queue, input: Input, ask: Ask) => object;

/** The longest delay, in seconds. Source: SQS API reference, SendMessage, DelaySeconds. */
const longestDelay = 900;

const send: Operation = (queue, input) => {
  const { MaximumMessageSize, DelaySeconds } = queue.attributes;
  const [body, attributes] = [textOf(input, 'MessageBody'), attributesOf(input)];
  checkContents(body, attributes, Number(MaximumMessageSize));
  const delay = wholeOf(input, 'DelaySeconds', { least: 0, most: longestDelay, otherwise: Number(DelaySeconds) });
  const group = input.MessageGroupId == null ? undefined : identifierOf(input, 'MessageGroupId');
  const message = createMessage(body, attributes, delay > 0 ? delay : undefined, group);
  queue.enqueue(message);
  return {
    MessageId: message.messageId,
    MD5OfMessageBody: message.md5OfBody,
    ...(message.md5OfMessageAttributes && { MD5OfMessageAttributes: message.md5OfMessageAttributes }),
  };
};

/** What fauxqs hands out is a random UUID. */
const checkReceipt = (input: Input) => {
  const handle = textOf(input, 'ReceiptHandle');
  if (/^[\da-f-]{36}$/.test(handle)) return;
  throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
};

const remove: Operation = (_, input, ask) => {
  checkReceipt(input);
  return ask('DeleteMessage', input);
};

const changeVisibility: Operation = (_, input, ask) => {
  checkReceipt(input);
  visibilityOf(input);
  return ask('ChangeMessageVisibility', input);
};

const queueAttributes: Operation = (_, input, ask) => {
  const all = ask('GetQueueAttributes', { ...input, AttributeNames: ['All'] });
  return chosenOf((all as { readonly Attributes: Readonly<Record<string, string>> }).Attributes, input);
};

const each =
  (operation: Operation): Operation =>
  (queue, input, ask) =>
    eachEntry(entriesOf(input), (entry) => operation(queue, { QueueUrl: input.QueueUrl, ...entry }, ask));

/** All that can be asked of a standard queue, but ReceiveMessage, which may have to wait. */
export const standardCalls: Readonly<Record<string, Operation>> = {
  SendMessage: send,
  SendMessageBatch: (queue, input, ask) => eachMessage(input, (entry) => send(queue, entry, ask)),
  DeleteMessage: remove,
  DeleteMessageBatch: each(remove),
  ChangeMessageVisibility: changeVisibility,
  ChangeMessageVisibilityBatch: each(changeVisibility),
  GetQueueAttributes: queueAttributes,
  ListQueueTags: () => ({}),
  PurgeQueue: (_, input, ask) => ask('PurgeQueue', input),
};
