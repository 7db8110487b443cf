import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { alarm } from './alarm.ts';
import type { Connections } from './connections.ts';
import type { EventLog } from './event-log.ts';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';

export interface PresenceArgs extends FunctionDefaults {
  readonly eventLog: EventLog;
  readonly connections: Connections;
  readonly alarmTopicArn: pulumi.Input<string> | undefined;
  readonly after: readonly pulumi.Resource[];
}

/** The way from memberships to rooms: appends who came and who went to the rooms whose kind asks for it. */
export class Presence extends pulumi.ComponentResource {
  readonly function: LambdaFunction;
  readonly mapping: aws.lambda.EventSourceMapping;

  constructor(name: string, args: PresenceArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Presence', name, {}, opts);
    const { eventLog, connections, alarmTopicArn, ...defaults } = args;
    const { table } = connections;

    this.function = new LambdaFunction(
      name,
      {
        ...defaults,
        entry: 'presence',
        timeout: 30,
        memory: 512,
        environment: { HEADS_TABLE: eventLog.heads.name },
        grants: [
          { actions: ['dynamodb:UpdateItem'], resources: [eventLog.heads.arn] },
          // The mapping reads the stream as this role; AWS asks for ListStreams too when it makes the mapping.
          {
            actions: [
              'dynamodb:DescribeStream',
              'dynamodb:GetRecords',
              'dynamodb:GetShardIterator',
              'dynamodb:ListStreams',
            ],
            resources: [table.streamArn],
          },
        ],
      },
      { parent: this },
    );

    this.mapping = new aws.lambda.EventSourceMapping(
      `${name}-connections`,
      {
        eventSourceArn: table.streamArn,
        functionName: this.function.live.arn,
        startingPosition: 'TRIM_HORIZON',
        // A crowd that comes or goes within a second is told in a few events: each is posted to everybody in the room.
        batchSize: 1000,
        maximumBatchingWindowInSeconds: 1,
        parallelizationFactor: 1,
        functionResponseTypes: ['ReportBatchItemFailures'],
        bisectBatchOnFunctionError: true,
        // For ever (-1): a member who is not told to have left would be there for good.
        maximumRetryAttempts: -1,
        maximumRecordAgeInSeconds: -1,
      },
      { parent: this },
    );

    alarm(
      `${name}-late`,
      {
        description: 'Rooms have not been told for two minutes who came and went.',
        when: {
          namespace: 'AWS/Lambda',
          metric: 'IteratorAge',
          dimensions: { FunctionName: this.function.function.name },
          statistic: 'Maximum',
        },
        above: 2 * 60 * 1000,
        topicArn: alarmTopicArn,
      },
      { parent: this },
    );

    this.registerOutputs({ mapping: this.mapping.uuid });
  }
}
