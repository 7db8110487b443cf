import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { alarm } from './alarm.ts';
import type { Connections } from './connections.ts';
import type { Deliveries } from './deliveries.ts';
import type { EventLog } from './event-log.ts';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';

export interface FoldArgs extends FunctionDefaults {
  readonly eventLog: EventLog;
  readonly connections: Connections;
  readonly deliveries: Deliveries;
  /** Actions of one sender in a room, a second and at once. */
  readonly actionsPerSecond: number;
  readonly actionBurst: number;
  /** Records in one batch. */
  readonly batchSize: number;
  /** Batches of one shard at once. */
  readonly parallelization: number;
  readonly reservedConcurrency: number | undefined;
  readonly after: readonly pulumi.Resource[];
  readonly alarmTopicArn: string | undefined;
}

/** The way from heads to log: folds what was appended into pages, and queues what members are sent. */
export class Fold extends pulumi.ComponentResource {
  readonly function: LambdaFunction;
  readonly mapping: aws.lambda.EventSourceMapping;

  constructor(name: string, args: FoldArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Fold', name, {}, opts);
    const { eventLog, connections, deliveries } = args;

    this.function = new LambdaFunction(
      name,
      {
        logRetentionDays: args.logRetentionDays,
        logLevel: args.logLevel,
        entry: 'fold',
        after: args.after,
        reservedConcurrency: args.reservedConcurrency,
        timeout: 60,
        // Every event of every room waits for this function: more memory means more processor, and less delay.
        memory: 1024,
        environment: {
          LOG_TABLE: eventLog.log.name,
          CONNECTIONS_TABLE: connections.table.name,
          DELIVERIES_QUEUE_URL: deliveries.queue.url,
          ACTIONS_PER_SECOND: String(args.actionsPerSecond),
          ACTION_BURST: String(args.actionBurst),
        },
        grants: [
          { actions: ['dynamodb:Query', 'dynamodb:PutItem'], resources: [eventLog.log.arn] },
          // Query: the members. GetItem: senders who are not members. PutItem and UpdateItem: senders whose action makes them members.
          {
            actions: ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:PutItem'],
            resources: [connections.table.arn],
          },
          { actions: ['sqs:SendMessage'], resources: [deliveries.queue.arn] },
          // The mapping reads the stream as this role. ListStreams is never called, but a mapping is not made without it.
          {
            actions: [
              'dynamodb:DescribeStream',
              'dynamodb:GetRecords',
              'dynamodb:GetShardIterator',
              'dynamodb:ListStreams',
            ],
            resources: [eventLog.heads.streamArn],
          },
        ],
      },
      { parent: this },
    );

    this.mapping = new aws.lambda.EventSourceMapping(
      `${name}-heads`,
      {
        eventSourceArn: eventLog.heads.streamArn,
        functionName: this.function.live.arn,
        // LATEST may miss what is appended while the mapping is being made.
        startingPosition: 'TRIM_HORIZON',
        batchSize: args.batchSize,
        maximumBatchingWindowInSeconds: 0,
        // Lambda keeps the order within an item, and a room is one item: it is always in one lane, and a room that has to be
        // retried holds up only the rooms in its own. More lanes also cut batches smaller, so not the most that there may be.
        parallelizationFactor: args.parallelization,
        functionResponseTypes: ['ReportBatchItemFailures'],
        bisectBatchOnFunctionError: true,
        // For ever (-1): no event may be skipped. The alarm on its age says so long before the stream's 24 hours are over.
        maximumRetryAttempts: -1,
        maximumRecordAgeInSeconds: -1,
      },
      { parent: this },
    );

    const ofFunction = { dimensions: { FunctionName: this.function.function.name }, namespace: 'AWS/Lambda' };
    const topicArn = args.alarmTopicArn;
    alarm(
      `${name}-late`,
      {
        ...ofFunction,
        description:
          'Events have waited two minutes to be folded. After 24 hours they would be lost: read the log of fold, correct what fails.',
        metric: 'IteratorAge',
        statistic: 'Maximum',
        above: 2 * 60 * 1000,
        topicArn,
      },
      { parent: this },
    );
    alarm(
      `${name}-errors`,
      {
        ...ofFunction,
        description: 'A whole batch of the fold failed and is being retried. Its log says why.',
        metric: 'Errors',
        statistic: 'Sum',
        above: 0,
        topicArn,
      },
      { parent: this },
    );
    alarm(
      `${name}-missing`,
      {
        description: 'The fold found gaps in a room and went on. The pages of the log say which events are `missing`.',
        namespace: this.function.metrics.namespace,
        metric: 'MissingEvents',
        dimensions: { service: this.function.metrics.service },
        statistic: 'Sum',
        above: 0,
        topicArn,
      },
      { parent: this },
    );

    alarm(
      `${name}-unknown`,
      {
        description:
          'Events of rooms were passed over whose kind the deployed fold does not have. Its log says which: deploy a version that has it.',
        namespace: this.function.metrics.namespace,
        metric: 'UnknownRooms',
        dimensions: { service: this.function.metrics.service },
        statistic: 'Sum',
        above: 0,
        topicArn,
      },
      { parent: this },
    );

    alarm(
      `${name}-unreadable`,
      {
        description:
          'A record of the stream or a part of the log could not be read, and was passed by. The log of fold says which; `verify` says more of the log.',
        namespace: this.function.metrics.namespace,
        metric: 'UnreadableRecords',
        dimensions: { service: this.function.metrics.service },
        statistic: 'Sum',
        above: 0,
        topicArn,
      },
      { parent: this },
    );

    this.registerOutputs({ mapping: this.mapping.uuid });
  }
}
