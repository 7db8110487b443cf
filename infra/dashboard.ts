import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Connections } from './connections.ts';
import type { Deliveries } from './deliveries.ts';
import type { EventLog } from './event-log.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { Notices } from './notices.ts';
import type { SocketApi } from './socket-api.ts';

export interface DashboardArgs {
  readonly api: SocketApi;
  readonly eventLog: EventLog;
  readonly connections: Connections;
  readonly deliveries: Deliveries;
  readonly notices: Notices;
  readonly fold: LambdaFunction;
  readonly send: LambdaFunction;
  /** All functions, those two among them. */
  readonly functions: readonly LambdaFunction[];
}

/** A line of a graph: a metric in CloudWatch's own terms, or an expression. */
type Line = readonly (pulumi.Input<string> | object)[];

const about = (stat: string, label: string, more: object = {}) => ({ stat, label, ...more });
const expression = (text: string, label: string, more: object = {}): Line => [{ expression: text, label, ...more }];

/** Dollars, us-east-1, November 2026 (the services' pricing pages). */
const price = {
  message: 1e-6,
  request: 0.2e-6,
  gbSecond: 0.0000133334,
  write: 0.625e-6,
  read: 0.125e-6,
  queue: 0.5e-6,
};

/**
 * What is asked when somebody worries, on one screen: are actions coming, are they folded, do members hear, what fails, what does
 * it cost. `docs/runbook.md` says what to do about each.
 */
export class Dashboard extends pulumi.ComponentResource {
  constructor(name: string, args: DashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Dashboard', name, {}, opts);
    const { api, eventLog, connections, deliveries, notices, fold, send } = args;
    const region = aws.getRegionOutput({}, { parent: this }).region;

    const ofApi = (metric: string, more: object): Line => [
      ...['AWS/ApiGateway', metric, 'ApiId', api.api.id, 'Stage', api.stageName],
      more,
    ];
    const measured = (of: LambdaFunction, metric: string, more: object): Line => [
      ...[of.metrics.namespace, metric, 'service', of.metrics.service],
      more,
    ];
    const ofFunction = (of: LambdaFunction, metric: string, more: object): Line => [
      ...['AWS/Lambda', metric, 'FunctionName', of.function.name],
      more,
    ];
    const ofQueue = (queue: aws.sqs.Queue, metric: string, more: object): Line => [
      ...['AWS/SQS', metric, 'QueueName', queue.name],
      more,
    ];
    const ofTable = (table: aws.dynamodb.Table, metric: string, more: object): Line => [
      ...['AWS/DynamoDB', metric, 'TableName', table.name],
      more,
    ];

    const graph = (
      place: readonly [x: number, y: number],
      title: string,
      metrics: readonly Line[],
      more: object = {},
    ) => ({
      type: 'metric',
      ...{ x: place[0], y: place[1], width: 8, height: 6 },
      properties: { title, region, metrics, period: 60, view: 'timeSeries', stacked: false, ...more },
    });

    const coming = graph([0, 0], 'Are actions coming?', [
      ofApi('MessageCount', about('Sum', 'messages, in and out')),
      ofApi('ConnectCount', about('Sum', 'connections')),
      [
        ...['AWS/DynamoDB', 'SuccessfulRequestLatency', 'TableName', eventLog.heads.name, 'Operation', 'UpdateItem'],
        about('SampleCount', 'appended'),
      ],
    ]);
    const folded = graph([8, 0], 'Are they folded?', [
      measured(fold, 'Folded', about('Sum', 'events')),
      measured(fold, 'BatchSize', about('Average', 'records a batch')),
      measured(fold, 'CommittedMs', about('p50', 'append to commit, ms, half', { yAxis: 'right' })),
      measured(fold, 'CommittedMs', about('p99', 'append to commit, ms, 99 %', { yAxis: 'right' })),
      ofFunction(fold, 'IteratorAge', about('Maximum', 'waiting, ms', { yAxis: 'right' })),
      measured(fold, 'FoldedAfresh', about('Sum', 'events folded afresh by new rules')),
      measured(fold, 'AfreshMs', about('Maximum', 'the longest of it, ms', { yAxis: 'right' })),
    ]);
    const heard = graph([16, 0], 'Do members hear?', [
      measured(send, 'Posts', about('Sum', 'posts')),
      measured(send, 'Merged', about('Sum', 'merged')),
      measured(send, 'DeliveredMs', about('p50', 'append to post, ms, half', { yAxis: 'right' })),
      measured(send, 'DeliveredMs', about('p99', 'append to post, ms, 99 %', { yAxis: 'right' })),
      ofQueue(deliveries.queue, 'ApproximateAgeOfOldestMessage', about('Maximum', 'oldest in the queue, s')),
    ]);
    const fails = graph([0, 6], 'What fails?', [
      ...args.functions.map((each) => ofFunction(each, 'Errors', about('Sum', `${each.entry} failed`))),
      ofApi('IntegrationError', about('Sum', 'integration errors')),
      measured(fold, 'Faults', about('Sum', 'faults of rules')),
      measured(fold, 'MissingEvents', about('Sum', 'gaps')),
      ofQueue(deliveries.deadLetters, 'ApproximateNumberOfMessagesVisible', about('Maximum', 'dead deliveries')),
      ofQueue(notices.deadLetters, 'ApproximateNumberOfMessagesVisible', about('Maximum', 'dead notices')),
    ]);
    const { namespace } = fold.metrics;
    const services = args.functions.map((each) => `"${each.metrics.service}"`).join(' OR ');
    const refused = graph([8, 6], 'Who is refused, throttled, closed?', [
      expression(
        `SEARCH('{${namespace},service,reason} MetricName="Refused" service=(${services})', 'Sum', 60)`,
        'refused: ',
      ),
      ofApi('ClientError', about('Sum', 'refused by API Gateway')),
      ...args.functions.map((each) => ofFunction(each, 'Throttles', about('Sum', `${each.entry} throttled`))),
      measured(send, 'ClosedSlow', about('Sum', 'closed: too slow')),
      measured(send, 'Gone', about('Sum', 'gone (410)')),
    ]);

    const hidden = (id: string, stat = 'Sum') => ({ id, stat, visible: false });
    const tables = [eventLog.heads, eventLog.log, connections.table];
    const cost = graph(
      [16, 6],
      'What does it cost? $ an hour, without connection minutes, logs and storage',
      [
        ofApi('MessageCount', hidden('messages')),
        ofQueue(deliveries.queue, 'NumberOfMessagesSent', hidden('sent')),
        ofQueue(deliveries.queue, 'NumberOfMessagesDeleted', hidden('deleted')),
        ...tables.map((table, n) => ofTable(table, 'ConsumedWriteCapacityUnits', hidden(`w${n}`))),
        ...tables.map((table, n) => ofTable(table, 'ConsumedReadCapacityUnits', hidden(`r${n}`))),
        ...args.functions.map((each, n) => ofFunction(each, 'Invocations', hidden(`i${n}`))),
        ...args.functions.map((each, n) => ofFunction(each, 'Duration', hidden(`d${n}`))),
        expression(`FILL(messages, 0) * ${price.message}`, 'messages'),
        expression(
          `SUM([${tables.map((_, n) => `w${n}`).join()}]) * ${price.write} + SUM([${tables.map((_, n) => `r${n}`).join()}]) * ${price.read}`,
          'DynamoDB',
        ),
        [
          {
            expression: pulumi
              .all(args.functions.map((each) => each.function.memorySize))
              .apply(
                (sizes) =>
                  `SUM([${sizes.map((_, n) => `i${n}`).join()}]) * ${price.request} + SUM([${sizes.map((mb, n) => `d${n} * ${((mb ?? 128) / 1024 / 1000).toFixed(9)}`).join()}]) * ${price.gbSecond}`,
              ),
            label: 'Lambda',
          },
        ],
        expression(`(FILL(sent, 0) + FILL(deleted, 0)) * ${price.queue}`, 'SQS'),
      ],
      { period: 3600, stacked: true },
    );

    new aws.cloudwatch.Dashboard(
      name,
      {
        // Pulumi gives it no suffix, and two may deploy a `dev`: the API's id is one.
        dashboardName: pulumi.interpolate`${pulumi.getProject()}-${pulumi.getStack()}-${api.api.id}`,
        dashboardBody: pulumi.jsonStringify({ widgets: [coming, folded, heard, fails, refused, cost] }),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
