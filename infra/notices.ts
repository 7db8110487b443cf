import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { alarm } from './alarm.ts';
import type { EventLog } from './event-log.ts';
import type { Files } from './files.ts';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';
import { tlsOnly } from './tls-only.ts';

export interface NoticesArgs extends FunctionDefaults {
  readonly eventLog: EventLog;
  readonly files: Files;
  readonly alarmTopicArn: pulumi.Input<string> | undefined;
  readonly after: readonly pulumi.Resource[];
}

/** The way from the bucket to its room: every object created or removed becomes an event. */
export class Notices extends pulumi.ComponentResource {
  readonly function: LambdaFunction;
  /** Notifications that were given up, whole, kept for `foldcast redrive`. */
  readonly deadLetters: aws.sqs.Queue;

  constructor(name: string, args: NoticesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Notices', name, {}, opts);
    const { eventLog, files, alarmTopicArn } = args;

    this.deadLetters = new aws.sqs.Queue(
      `${name}-dead-letters`,
      // The longest that SQS keeps a message: 14 days. Lambda sends up to 1 MB.
      { messageRetentionSeconds: 14 * 24 * 60 * 60, maxMessageSize: 1024 * 1024, sqsManagedSseEnabled: true },
      { parent: this },
    );
    new aws.sqs.QueuePolicy(
      `${name}-dead-letters-tls`,
      { queueUrl: this.deadLetters.url, policy: tlsOnly('sqs', [this.deadLetters.arn]) },
      { parent: this },
    );

    this.function = new LambdaFunction(
      name,
      {
        logRetentionDays: args.logRetentionDays,
        logLevel: args.logLevel,
        tracing: args.tracing,
        entry: 'notices',
        after: args.after,
        timeout: 30,
        memory: 512,
        environment: { HEADS_TABLE: eventLog.heads.name, FILES_ROOM: files.room },
        grants: [
          { actions: ['dynamodb:UpdateItem'], resources: [eventLog.heads.arn] },
          // Lambda does it as this role, with what it gives up.
          { actions: ['sqs:SendMessage'], resources: [this.deadLetters.arn] },
        ],
      },
      { parent: this },
    );
    // Nobody waits for S3's invocations: without a destination they would be dropped after two more tries.
    const kept = new aws.lambda.FunctionEventInvokeConfig(
      `${name}-failures`,
      {
        functionName: this.function.function.name,
        qualifier: this.function.live.name,
        maximumRetryAttempts: 2,
        maximumEventAgeInSeconds: 6 * 60 * 60,
        destinationConfig: { onFailure: { destination: this.deadLetters.arn } },
      },
      { parent: this },
    );

    const permission = new aws.lambda.Permission(
      `${name}-permission`,
      {
        action: 'lambda:InvokeFunction',
        function: this.function.function.name,
        qualifier: this.function.live.name,
        principal: 's3.amazonaws.com',
        sourceArn: files.bucket.arn,
        // A bucket's ARN names no account: without it, a bucket of somebody else's that took over the name could invoke it.
        sourceAccount: aws.getCallerIdentityOutput({}, { parent: this }).accountId,
      },
      { parent: this },
    );
    new aws.s3.BucketNotification(
      `${name}-notification`,
      {
        bucket: files.bucket.bucket,
        lambdaFunctions: [
          {
            id: name,
            lambdaFunctionArn: this.function.live.arn,
            // What a lifecycle rule removes is no ObjectRemoved.
            events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', files.expiry],
          },
        ],
      },
      // S3 checks the permission when the notification is made, so it has to exist by then.
      { parent: this, dependsOn: [permission, kept] },
    );

    alarm(
      `${name}-dead`,
      {
        description:
          'Nobody was told of some files: the function failed three times on their notifications, which are kept.',
        when: {
          namespace: 'AWS/SQS',
          metric: 'ApproximateNumberOfMessagesVisible',
          dimensions: { QueueName: this.deadLetters.name },
          statistic: 'Maximum',
        },
        above: 0,
        topicArn: alarmTopicArn,
      },
      { parent: this },
    );
    alarm(
      `${name}-lost`,
      {
        description: 'Notifications of files were lost: they could not even be put among the dead ones.',
        when: {
          namespace: 'AWS/Lambda',
          metric: 'DestinationDeliveryFailures',
          dimensions: { FunctionName: this.function.function.name },
          statistic: 'Sum',
        },
        above: 0,
        topicArn: alarmTopicArn,
      },
      { parent: this },
    );

    this.registerOutputs({ deadLetters: this.deadLetters.url });
  }
}
