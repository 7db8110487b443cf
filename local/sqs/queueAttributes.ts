import { AwsError } from '../aws.ts';
import { type Input, namesOf } from './input.ts';

/** Source: SQS API reference, GetQueueAttributes, AttributeNames. */
const known = new Set([
  ...['All', 'Policy', 'VisibilityTimeout', 'MaximumMessageSize', 'MessageRetentionPeriod', 'QueueArn'],
  ...['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'],
  ...['CreatedTimestamp', 'LastModifiedTimestamp', 'DelaySeconds', 'ReceiveMessageWaitTimeSeconds', 'RedrivePolicy'],
  ...['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit', 'RedriveAllowPolicy'],
  ...['KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled'],
]);

/**
 * Those of a queue's attributes that are asked for: none, where none is named.
 * @throws AwsError InvalidAttributeName (400)
 */
export const chosenOf = (attributes: Readonly<Record<string, string>>, input: Input): object => {
  const names = namesOf(input, 'AttributeNames');
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const chosen = Object.entries(attributes).filter(([name]) => names.includes('All') || names.includes(name));
  return chosen.length > 0 ? { Attributes: Object.fromEntries(chosen) } : {};
};
