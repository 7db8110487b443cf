import { AwsError } from '../aws.ts';
import { md5OfMessageAttributes } from './fauxqs.ts';
import { type Input, namesOf } from './input.ts';

/** An attribute that the sender put beside the body. Source: SQS API reference, MessageAttributeValue. */
interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

export const attributesOf = (input: Input): MessageAttributes => (input.MessageAttributes ?? {}) as MessageAttributes;

/** Source of these rules: SQS developer guide, "Amazon SQS message metadata", and the API reference of MessageAttributeValue. */
const mostAttributes = 10;
const attributeName = /^(?!\.)(?!.*\.\.)(?!.*\.$)(?!(?:aws|amazon)\.)[\w.-]{1,256}$/i;
const dataType = /^(String|Number|Binary)(\..+)?$/;

const wrongOf = (attribute: string, { DataType, StringValue = '', BinaryValue = '' }: MessageAttribute) => {
  if (!attributeName.test(attribute)) {
    const rule =
      'letters, digits, "_", "-" and "." alone, 256 at most, neither at the ends nor twice in a row a ".", and no "AWS." or "Amazon." first';
    return `The message attribute name '${attribute}' is invalid: ${rule}`;
  }
  const [, type] = dataType.exec(DataType ?? '') ?? [];
  if (type === undefined || DataType.length > 256) {
    const rule = 'You must use only the following supported type prefixes: Binary, Number, String';
    return `The type of message (user) attribute '${attribute}' is invalid. ${rule}`;
  }
  if ((type === 'Binary' ? BinaryValue : StringValue) === '')
    return `The message (user) attribute '${attribute}' must contain a non-empty value of type '${type}'`;
  if (type === 'Number' && Number.isNaN(Number(StringValue)))
    return `Can't cast the value of message (user) attribute '${attribute}' to a number`;
  return undefined;
};

/** @throws AwsError InvalidParameterValue (400) */
export const checkAttributes = (attributes: MessageAttributes): void => {
  const all = Object.entries(attributes);
  const wrong =
    all.length > mostAttributes
      ? `Number of message attributes [${all.length}] exceeds the allowed maximum [${mostAttributes}]`
      : all.map(([attribute, value]) => wrongOf(attribute, value)).find((each) => each !== undefined);
  if (wrong !== undefined) throw new AwsError('InvalidParameterValue', `${wrong}.`);
};

/** Those that a receiver asked for. Names are exact, or `prefix.*`; `All` and `.*` are all. Source: SQS API reference, ReceiveMessage, MessageAttributeNames. */
export const chosenAttributes = (attributes: MessageAttributes, input: Input): object => {
  const names = namesOf(input, 'MessageAttributeNames');
  const fits = (attribute: string) =>
    names.some((name) => {
      if (name === 'All' || name === attribute) return true;
      return name.endsWith('.*') && attribute.startsWith(name.slice(0, -1).replace(/^\.$/, ''));
    });
  const MessageAttributes = Object.fromEntries(Object.entries(attributes).filter(([name]) => fits(name)));
  if (Object.keys(MessageAttributes).length === 0) return {};
  return { MessageAttributes, MD5OfMessageAttributes: md5OfMessageAttributes(MessageAttributes) };
};
