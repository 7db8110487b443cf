/** An attribute that the sender put beside the body. Source: SQS API reference, MessageAttributeValue. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** The most bytes of a message, and of all messages of one batch. Source: SQS developer guide, "message quotas". */
export const sizeLimit = 1_048_576;

/** Lone halves of a surrogate pair are outside, too. Source: SQS API reference, SendMessage, MessageBody. */
const outside = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** Whether a text holds a character that SQS refuses. */
export const isForbidden = (text: string): boolean => outside.test(text);

export const forbidden =
  'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.';

/** What counts towards the limits: the body, and names, types and values of the attributes, in bytes. */
export const sizeOf = (body: string, attributes: MessageAttributes): number =>
  Object.entries(attributes).reduce(
    (size, [name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      size + Buffer.byteLength(name + DataType + StringValue) + Buffer.byteLength(BinaryValue, 'base64'),
    Buffer.byteLength(body),
  );
