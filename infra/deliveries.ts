import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { alarm } from './alarm.ts';
import { tlsOnly } from './tls-only.ts';

export interface DeliveriesArgs {
  /** Seconds that the function which takes messages from the queue may run. */
  readonly consumerTimeout: number;
  readonly alarmTopicArn: pulumi.Input<string> | undefined;
}

/** Bytes: the most that SQS takes since August 2025. What the provider sets where nothing is said, 256 KiB, is less than a large cast. */
const maxMessageSize = 1024 * 1024;

/**
 * Times that a message is received before it is given up. What can't be read never gets there: the function parks it itself.
 * Each time that the function is throttled counts as one, and so does each that the account's API Gateway is too busy.
 */
const maxReceiveCount = 50;

/**
 * FIFO in its high-throughput mode, in which each message group has its own limit. Whoever sends names what is the same message:
 * equal texts may be two messages.
 *
 * A queue stays of its type: one that was standard is replaced, and what is in it is lost. It is not named here: the provider
 * takes the name that Pulumi.yaml proposes and ends it in `.fifo`, as SQS demands, unless the pattern is enforced.
 */
const fifo = {
  fifoQueue: true,
  contentBasedDeduplication: false,
  deduplicationScope: 'messageGroup',
  fifoThroughputLimit: 'perMessageGroupId',
} as const;

/** What the fold and other clients have to say, on its way to connections: in order within a message group, and once. */
export class Deliveries extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  /** Deliveries that were given up, kept for whoever finds out why. */
  readonly deadLetters: aws.sqs.Queue;

  constructor(name: string, args: DeliveriesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Deliveries', name, {}, opts);

    this.deadLetters = new aws.sqs.Queue(
      `${name}-dead-letters`,
      {
        ...fifo,
        // The longest that SQS keeps a message: 14 days.
        messageRetentionSeconds: 14 * 24 * 60 * 60,
        maxMessageSize,
        sqsManagedSseEnabled: true,
      },
      { parent: this },
    );

    this.queue = new aws.sqs.Queue(
      name,
      {
        ...fifo,
        // AWS asks for six times the consumer's timeout, so that a message is not seen twice while a batch is tried again.
        visibilityTimeoutSeconds: 6 * args.consumerTimeout,
        maxMessageSize,
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: this.deadLetters.arn, maxReceiveCount }),
        sqsManagedSseEnabled: true,
      },
      { parent: this },
    );

    for (const [queueName, queue] of [
      [name, this.queue],
      [`${name}-dead-letters`, this.deadLetters],
    ] as const) {
      new aws.sqs.QueuePolicy(
        `${queueName}-tls`,
        { queueUrl: queue.url, policy: tlsOnly('sqs', [queue.arn]) },
        { parent: this },
      );
    }

    const ofQueue = (queue: aws.sqs.Queue, metric: string) =>
      ({ namespace: 'AWS/SQS', metric, dimensions: { QueueName: queue.name }, statistic: 'Maximum' }) as const;
    const topicArn = args.alarmTopicArn;
    alarm(
      `${name}-dead`,
      {
        description: `Deliveries could not be read, or failed ${maxReceiveCount} times, and were given up.`,
        when: ofQueue(this.deadLetters, 'ApproximateNumberOfMessagesVisible'),
        above: 0,
        topicArn,
      },
      { parent: this },
    );
    alarm(
      `${name}-late`,
      {
        description: 'Deliveries have waited a minute in the queue: members hear late.',
        when: ofQueue(this.queue, 'ApproximateAgeOfOldestMessage'),
        above: 60,
        times: 3,
        topicArn,
      },
      { parent: this },
    );

    this.registerOutputs({ queue: this.queue.url, deadLetters: this.deadLetters.url });
  }
}
