import type { Resource } from '../../aws.ts';
import type { Queues } from '../../sqs/index.ts';

export const urlOf = (name: string) => `https://sqs.us-east-1.amazonaws.com/000000000000/${name}`;
export const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

/** A queue as a Pulumi program registers it. */
export const queue = (name: string, inputs: Record<string, unknown> = {}): Resource => ({
  type: 'aws:sqs/queue:Queue',
  name,
  urn: `urn:pulumi:test::test::aws:sqs/queue:Queue::${name}`,
  inputs,
  outputs: { name, url: urlOf(name), arn: arnOf(name) },
  dependencies: [],
});

export interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes?: Record<string, string>;
}

export const send = ({ engine }: Queues, name: string, MessageBody: string, more: Record<string, unknown> = {}) =>
  engine('SendMessage', { QueueUrl: urlOf(name), MessageBody, ...more });

export const receive = async (
  { engine }: Queues,
  name: string,
  more: Record<string, unknown> = {},
): Promise<Message[]> => {
  const answer = await engine('ReceiveMessage', { QueueUrl: urlOf(name), MaxNumberOfMessages: 10, ...more });
  return (answer as { Messages?: Message[] }).Messages ?? [];
};

export const remove = ({ engine }: Queues, name: string, { ReceiptHandle }: Message) =>
  engine('DeleteMessage', { QueueUrl: urlOf(name), ReceiptHandle });
