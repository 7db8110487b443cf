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
  /** How often a message is received before it goes there. */
  readonly maxReceiveCount?: number;
  /** What only FIFO queues have. */
  readonly fifo?: {
    readonly contentBased: boolean;
    /** Among which messages a MessageDeduplicationId is looked for. */
    readonly scope: 'queue' | 'messageGroup';
  };
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
  deduplicationScope: z.enum(['queue', 'messageGroup']).nullish(),
  fifoThroughputLimit: z.enum(['perQueue', 'perMessageGroupId']).nullish(),
  redrivePolicy: z.string().nullish(),
});
const Outputs = z.object({ name: z.string(), url: z.string(), arn: z.string() });
const RedrivePolicy = z.object({
  deadLetterTargetArn: z.string(),
  // 1 to 1,000 (SQS developer guide, "Configure a dead-letter queue").
  maxReceiveCount: z.coerce.number().int().min(1).max(1000),
});

type Inputs = z.infer<typeof Inputs>;

const attributesOf = (inputs: Inputs): Record<string, string> => ({
  VisibilityTimeout: String(inputs.visibilityTimeoutSeconds),
  MessageRetentionPeriod: String(inputs.messageRetentionSeconds),
  ReceiveMessageWaitTimeSeconds: String(inputs.receiveWaitTimeSeconds),
  MaximumMessageSize: String(inputs.maxMessageSize),
  DelaySeconds: String(inputs.delaySeconds),
  ...(inputs.fifoQueue && {
    FifoQueue: 'true',
    ContentBasedDeduplication: String(inputs.contentBasedDeduplication ?? false),
    DeduplicationScope: inputs.deduplicationScope ?? 'queue',
    FifoThroughputLimit: inputs.fifoThroughputLimit ?? 'perQueue',
  }),
});

/** Source: SQS API reference, CreateQueue: QueueName. */
const standardName = /^[\w-]{1,80}$/;
const fifoName = /^(?=.{6,80}$)[\w-]+\.fifo$/;

/** What AWS would refuse about the kind of a queue; undefined: nothing. */
const wrongKind = (name: string, inputs: Inputs): string | undefined => {
  const { fifoQueue, contentBasedDeduplication, deduplicationScope, fifoThroughputLimit } = inputs;
  const letters = 'letters, digits, hyphens and underscores';
  if (fifoQueue) {
    if (!fifoName.test(name)) return `its name must be ${letters} and end in .fifo, 80 characters at most`;
    if (fifoThroughputLimit === 'perMessageGroupId' && deduplicationScope !== 'messageGroup') {
      return 'fifoThroughputLimit may only be perMessageGroupId where deduplicationScope is messageGroup';
    }
    return undefined;
  }
  if (!standardName.test(name))
    return `its name must be ${letters}, 80 at most; one that ends in .fifo needs fifoQueue`;
  if (contentBasedDeduplication || deduplicationScope || fifoThroughputLimit) {
    return 'contentBasedDeduplication, deduplicationScope and fifoThroughputLimit need fifoQueue';
  }
  return undefined;
};

const fifoOf = ({ fifoQueue, contentBasedDeduplication, deduplicationScope }: Inputs) =>
  fifoQueue
    ? { fifo: { contentBased: contentBasedDeduplication ?? false, scope: deduplicationScope ?? 'queue' } }
    : undefined;

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
  const wrong = wrongKind(outputs.name, inputs);
  if (wrong) throw new Error(`The queue ${resource.name} would be refused by SQS: ${wrong}.`);
  const definition = { ...outputs, ...fifoOf(inputs), attributes: attributesOf(inputs) };
  if (!inputs.redrivePolicy) return definition;
  const redrive = readRedrive(resource.name, inputs.redrivePolicy);
  return {
    ...definition,
    attributes: { ...definition.attributes, RedrivePolicy: JSON.stringify(redrive) },
    deadLetters: redrive.deadLetterTargetArn,
    maxReceiveCount: redrive.maxReceiveCount,
  };
};
