import * as z from 'zod';
import type { Resource } from '../aws.ts';

/** A queue as the program wants it. */
export interface QueueDefinition {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** As `GetQueueAttributes` names them. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The ARN of its dead-letter queue. */
  readonly deadLetters?: string;
}

/** A number from `least` to `most`; `usual` when the program says nothing. */
const attribute = (least: number, most: number, usual: number) =>
  z
    .number()
    .int()
    .min(least)
    .max(most)
    .nullish()
    .transform((given) => given ?? usual);

/**
 * The inputs of `aws:sqs/queue:Queue` that mean something on one machine: seconds, and bytes for the message size. Ranges are
 * those of the API reference of CreateQueue; defaults those of the Pulumi provider, which for the message size still is what
 * SQS took before August 2025.
 */
const Inputs = z.object({
  visibilityTimeoutSeconds: attribute(0, 43_200, 30),
  messageRetentionSeconds: attribute(60, 1_209_600, 345_600),
  receiveWaitTimeSeconds: attribute(0, 20, 0),
  maxMessageSize: attribute(1_024, 1_048_576, 262_144),
  delaySeconds: attribute(0, 900, 0),
  fifoQueue: z.boolean().nullish(),
  contentBasedDeduplication: z.boolean().nullish(),
  redrivePolicy: z.string().nullish(),
});
const Outputs = z.object({ name: z.string(), url: z.string(), arn: z.string() });
const RedrivePolicy = z.object({
  deadLetterTargetArn: z.string(),
  // 1 to 1,000 (SQS developer guide, "Configure a dead-letter queue").
  maxReceiveCount: z.coerce.number().int().min(1).max(1000),
});

const attributesOf = (inputs: z.infer<typeof Inputs>): Record<string, string> => ({
  VisibilityTimeout: String(inputs.visibilityTimeoutSeconds),
  MessageRetentionPeriod: String(inputs.messageRetentionSeconds),
  ReceiveMessageWaitTimeSeconds: String(inputs.receiveWaitTimeSeconds),
  MaximumMessageSize: String(inputs.maxMessageSize),
  DelaySeconds: String(inputs.delaySeconds),
  ...(inputs.fifoQueue
    ? { FifoQueue: 'true', ContentBasedDeduplication: String(inputs.contentBasedDeduplication ?? false) }
    : {}),
});

const readRedrive = (name: string, policy: string): z.infer<typeof RedrivePolicy> => {
  try {
    return RedrivePolicy.parse(JSON.parse(policy));
  } catch (cause) {
    throw new Error(
      `The redrivePolicy of the queue ${name} must be JSON with deadLetterTargetArn and maxReceiveCount from 1 to 1,000.`,
      { cause },
    );
  }
};

/** @throws Error when the resource cannot be read. */
export const defineQueue = (resource: Resource): QueueDefinition => {
  const read = z.object({ inputs: Inputs, outputs: Outputs }).safeParse(resource);
  if (!read.success) {
    throw new Error(`The queue ${resource.name} cannot be read: ${z.prettifyError(read.error).replaceAll('\n', ' ')}.`);
  }
  const { inputs, outputs } = read.data;
  const attributes = attributesOf(inputs);
  if (!inputs.redrivePolicy) return { ...outputs, attributes };
  const redrive = readRedrive(resource.name, inputs.redrivePolicy);
  return {
    ...outputs,
    attributes: { ...attributes, RedrivePolicy: JSON.stringify(redrive) },
    deadLetters: redrive.deadLetterTargetArn,
  };
};
