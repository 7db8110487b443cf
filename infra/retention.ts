import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { alarm } from './alarm.ts';
import type { EventLog } from './event-log.ts';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';

export interface RetentionArgs extends FunctionDefaults {
  readonly eventLog: EventLog;
  /** Days that events are kept. */
  readonly days: number;
  readonly alarmTopicArn: pulumi.Input<string> | undefined;
}

/** Once a day, pages that are old go, and for each room a state to begin with stays. */
export class Retention extends pulumi.ComponentResource {
  readonly function: LambdaFunction;

  constructor(name: string, args: RetentionArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Retention', name, {}, opts);
    const { eventLog, days, alarmTopicArn, ...defaults } = args;

    this.function = new LambdaFunction(
      name,
      {
        ...defaults,
        entry: 'sweep',
        // The most that Lambda allows: what is left then is the next day's.
        timeout: 900,
        memory: 512,
        environment: {
          HEADS_TABLE: eventLog.heads.name,
          LOG_TABLE: eventLog.log.name,
          EVENT_RETENTION_DAYS: String(days),
        },
        grants: [
          { actions: ['dynamodb:Scan'], resources: [eventLog.heads.arn] },
          { actions: ['dynamodb:Query', 'dynamodb:BatchWriteItem'], resources: [eventLog.log.arn] },
        ],
      },
      { parent: this },
    );

    const daily = new aws.cloudwatch.EventRule(
      `${name}-daily`,
      { scheduleExpression: 'rate(1 day)' },
      { parent: this },
    );
    const permission = new aws.lambda.Permission(
      `${name}-permission`,
      {
        action: 'lambda:InvokeFunction',
        function: this.function.function.name,
        qualifier: this.function.live.name,
        principal: 'events.amazonaws.com',
        sourceArn: daily.arn,
      },
      { parent: this },
    );
    new aws.cloudwatch.EventTarget(
      `${name}-target`,
      { rule: daily.name, arn: this.function.live.arn },
      { parent: this, dependsOn: [permission] },
    );

    alarm(
      `${name}-failed`,
      {
        description: 'Old pages of some rooms could not be removed: they are kept until it can.',
        when: {
          namespace: 'AWS/Lambda',
          metric: 'Errors',
          dimensions: { FunctionName: this.function.function.name },
          statistic: 'Sum',
        },
        above: 0,
        topicArn: alarmTopicArn,
      },
      { parent: this },
    );

    this.registerOutputs({});
  }
}
