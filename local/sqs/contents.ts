import { AwsError } from '../aws.ts';
import { checkAttributes, type MessageAttributes } from './messageAttributes.ts';

/** The most bytes of a message, and of all messages of one batch. Source: SQS developer guide, "message quotas". */
export const sizeLimit = 1_048_576;

/** Lone halves of a surrogate pair are outside, too. Source: SQS API reference, SendMessage, MessageBody. */
const outside = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

const forbidden =
  'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.';

/** What counts towards the limits: the body, and names, types and values of the attributes, in bytes. */
export const sizeOf = (body: string, attributes: MessageAttributes): number =>
  Object.entries(attributes).reduce(
    (size, [name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      size + Buffer.byteLength(name + DataType + StringValue) + Buffer.byteLength(BinaryValue, 'base64'),
    Buffer.byteLength(body),
  );

/**
 * @param most bytes that the queue takes
 * @throws AwsError when SQS would not take what the message says
 */
export const checkContents = (body: string, attributes: MessageAttributes, most: number): void => {
  checkAttributes(attributes);
  const texts = [body, ...Object.values(attributes).map(({ StringValue = '' }) => StringValue)];
  if (texts.some((text) => outside.test(text))) throw new AwsError('InvalidMessageContents', forbidden);
  if (sizeOf(body, attributes) <= most) return;
  const reason = `Message must be shorter than ${most} bytes`;
  throw new AwsError('InvalidParameterValue', `One or more parameters are invalid. Reason: ${reason}.`);
};
