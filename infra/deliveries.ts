import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { alarm } from './alarm.ts';

export interface DeliveriesArgs {
  /** Seconds that the function which takes messages from the queue may run. */
  readonly consumerTimeout: number;
  readonly alarmTopicArn: string | undefined;
}

/** Bytes: the most that SQS takes since August 2025. What the provider sets where nothing is said, 256 KiB, is less than a large cast. */
const maxMessageSize = 1024 * 1024;

/** What the fold has to say, on its way to connections. */
export class Deliveries extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  /** Deliveries that failed every time, kept for whoever finds out why. */
  readonly deadLetters: aws.sqs.Queue;

  constructor(name: string, args: DeliveriesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Deliveries', name, {}, opts);

    this.deadLetters = new aws.sqs.Queue(
      `${name}-dead-letters`,
      {
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
        // AWS asks for six times the consumer's timeout, so that a message is not seen twice while a batch is tried again.
        visibilityTimeoutSeconds: 6 * args.consumerTimeout,
        maxMessageSize,
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: this.deadLetters.arn, maxReceiveCount: 5 }),
        sqsManagedSseEnabled: true,
      },
      { parent: this },
    );

    alarm(
      `${name}-dead`,
      {
        description:
          'Deliveries failed five times and were given up. Read them in the dead-letter queue, then redrive them.',
        namespace: 'AWS/SQS',
        metric: 'ApproximateNumberOfMessagesVisible',
        dimensions: { QueueName: this.deadLetters.name },
        statistic: 'Maximum',
        above: 0,
        topicArn: args.alarmTopicArn,
      },
      { parent: this },
    );

    this.registerOutputs({ queue: this.queue.url, deadLetters: this.deadLetters.url });
  }
}
