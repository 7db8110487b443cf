import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type AlarmArgs, alarm } from './alarm.ts';
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
  readonly alarmTopicArn: pulumi.Input<string> | undefined;
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
        tracing: args.tracing,
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
        // For ever (-1): no event may be skipped. A number of tries would skip events whenever DynamoDB is away for minutes, which looks the
        // same as a record that fails for good. Such a record is alone after bisecting, holds up its lane, and the alarms say so long
        // before the stream's 24 hours are over; docs/runbook.md#fold-late says how to go on without it.
        maximumRetryAttempts: -1,
        maximumRecordAgeInSeconds: -1,
      },
      { parent: this },
    );

    const { namespace, service } = this.function.metrics;
    const measured = (metric: string) => ({ namespace, metric, dimensions: { service }, statistic: 'Sum' }) as const;
    const ofFunction = (metric: string, statistic: 'Maximum' | 'Sum') =>
      ({
        namespace: 'AWS/Lambda',
        metric,
        dimensions: { FunctionName: this.function.function.name },
        statistic,
      }) as const;
    const calls = (table: aws.dynamodb.Table, operation: string) =>
      ({
        namespace: 'AWS/DynamoDB',
        metric: 'SuccessfulRequestLatency',
        dimensions: { TableName: table.name, Operation: operation },
        statistic: 'SampleCount',
      }) as const;
    const add = (suffix: string, args: Omit<AlarmArgs, 'topicArn'>) =>
      alarm(`${name}-${suffix}`, { ...args, topicArn }, { parent: this });
    const topicArn = args.alarmTopicArn;

    add('late', {
      description: 'Events have waited two minutes to be folded. After 24 hours they would be lost.',
      when: ofFunction('IteratorAge', 'Maximum'),
      above: 2 * 60 * 1000,
    });
    // A mapping that is disabled, or has no permission, has no age. Both counts are DynamoDB's own, whatever our code says.
    add('stopped', {
      description: 'Actions are appended, and nothing is folded: nobody hears anything new.',
      when: {
        expression: 'IF(FILL(appended, 0) > 0 AND FILL(folded, 0) == 0, 1, 0)',
        of: { appended: calls(eventLog.heads, 'UpdateItem'), folded: calls(eventLog.log, 'PutItem') },
      },
      above: 0,
      minutes: 5,
      times: 2,
    });
    add('errors', {
      description: 'A whole batch of the fold failed and is being retried.',
      when: ofFunction('Errors', 'Sum'),
      above: 0,
    });
    add('missing', {
      description: 'The fold found gaps in a room and went on.',
      when: measured('MissingEvents'),
      above: 0,
    });
    add('unknown', {
      description: 'Events of rooms were passed over whose kind the deployed fold does not have.',
      when: measured('UnknownRooms'),
      above: 0,
    });
    add('unreadable', {
      description: 'A record of the stream or a part of the log could not be read, and was passed by.',
      when: measured('UnreadableRecords'),
      above: 0,
    });
    add('faults', {
      description: 'The rules of a kind failed on events: they do not count.',
      when: measured('Faults'),
      above: 0,
    });

    this.registerOutputs({ mapping: this.mapping.uuid });
  }
}
