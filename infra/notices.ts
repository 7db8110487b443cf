import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { alarm } from './alarm.ts';
import type { EventLog } from './event-log.ts';
import type { Files } from './files.ts';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';

export interface NoticesArgs extends FunctionDefaults {
  readonly eventLog: EventLog;
  readonly files: Files;
  readonly alarmTopicArn: string | undefined;
  readonly after: readonly pulumi.Resource[];
}

/** The way from the bucket to its room: every object created or removed becomes an event. */
export class Notices extends pulumi.ComponentResource {
  readonly function: LambdaFunction;

  constructor(name: string, args: NoticesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Notices', name, {}, opts);
    const { eventLog, files, alarmTopicArn } = args;

    this.function = new LambdaFunction(
      name,
      {
        logRetentionDays: args.logRetentionDays,
        logLevel: args.logLevel,
        entry: 'notices',
        after: args.after,
        timeout: 30,
        memory: 512,
        environment: { HEADS_TABLE: eventLog.heads.name, FILES_ROOM: files.room },
        grants: [{ actions: ['dynamodb:UpdateItem'], resources: [eventLog.heads.arn] }],
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
      { parent: this, dependsOn: [permission] },
    );

    alarm(
      `${name}-dropped`,
      {
        description:
          'Nobody was told of some files: the function failed three times on their notification. Find the error in its log.',
        namespace: 'AWS/Lambda',
        metric: 'AsyncEventsDropped',
        dimensions: { FunctionName: this.function.function.name },
        statistic: 'Sum',
        above: 0,
        topicArn: alarmTopicArn,
      },
      { parent: this },
    );

    this.registerOutputs({});
  }
}
