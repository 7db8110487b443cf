import { AwsError } from '../aws.ts';

/** The members of a request. */
export type Input = Readonly<Record<string, unknown>>;

export const invalid = (name: string, value: unknown, reason: string): AwsError =>
  new AwsError('InvalidParameterValue', `Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}.`);

export const textOf = (input: Input, name: string): string => {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
};

interface Range {
  readonly least: number;
  readonly most: number;
  readonly otherwise?: number;
}

export const wholeOf = (input: Input, name: string, { least, most, otherwise }: Range): number => {
  const value = input[name] ?? otherwise;
  if (value === undefined) throw new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  throw invalid(name, value, `Must be between ${least} and ${most}`);
};

export const namesOf = (input: Input, name: string): readonly string[] => {
  const value = input[name];
  return Array.isArray(value) ? value.map(String) : [];
};

/** How long a message is hidden, in seconds. Source: SQS API reference, ChangeMessageVisibility. */
export const visibilityOf = (input: Input, otherwise?: number): number =>
  wholeOf(input, 'VisibilityTimeout', { least: 0, most: 43_200, ...(otherwise !== undefined && { otherwise }) });

/** Alphanumeric characters and punctuation, at most 128. Source: SQS API reference, MessageGroupId, MessageDeduplicationId. */
const identifier = /^[!-~]{1,128}$/;

export const identifierOf = (input: Input, name: string): string => {
  const value = textOf(input, name);
  if (identifier.test(value)) return value;
  throw invalid(name, value, `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length`);
};

/** What a receive asks for, where the queue's attributes say the rest. Source: SQS API reference, ReceiveMessage. */
export const receivingOf = (input: Input, attributes: Readonly<Record<string, string>>) => ({
  most: wholeOf(input, 'MaxNumberOfMessages', { least: 1, most: 10, otherwise: 1 }),
  waitSeconds: wholeOf(input, 'WaitTimeSeconds', {
    least: 0,
    most: 20,
    otherwise: Number(attributes.ReceiveMessageWaitTimeSeconds ?? 0),
  }),
  visibilitySeconds: visibilityOf(input, Number(attributes.VisibilityTimeout)),
});
