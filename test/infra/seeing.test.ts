import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Graph, type Resource, readGraph, resourcesOf } from 'pulumi-local';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectOf } from '../system/project.ts';

const root = join(import.meta.dirname, '../..');
const graphs = new Map<string, Graph>();
beforeAll(async () => {
  for (const stack of ['dev', 'prod']) graphs.set(stack, await readGraph({ project: root, stack, port: 3000 }));
}, 120_000);

/** This project with a configuration of its own. */
const configured = async (...config: readonly string[]): Promise<Graph> => {
  const project = await projectOf({
    'Pulumi.dev.yaml': `config:\n  aws:region: us-east-1\n${config.map((line) => `  foldcast:${line}\n`).join('')}`,
    'infra/index.ts': `export * from '${join(root, 'infra/index.ts')}';`,
  });
  return readGraph({ project, stack: 'dev', port: 3000 });
};
const only = (graph: Graph, type: string): Resource => {
  const found = resourcesOf(graph, type);
  expect(found).toHaveLength(1);
  return found[0] as Resource;
};

it('has a section of the runbook for each alarm that there can be, and no other, and each alarm names its own', async () => {
  const text = await readFile(join(root, 'docs/runbook.md'), 'utf8');
  const sections = [...text.matchAll(/^## ([a-z]+(?:-[a-z]+)+)$/gm)].map(([, name]) => name);
  const alarms = resourcesOf(await configured('eventRetentionDays: 30'), 'aws:cloudwatch/metricAlarm:MetricAlarm');
  expect(sections.toSorted()).toEqual(alarms.map(({ name }) => name).toSorted());
  for (const { name, inputs } of alarms)
    expect(inputs.alarmDescription).toMatch(new RegExp(`docs/runbook\\.md#${name}$`));
});

describe.each(['dev', 'prod'])('stack %s', (stack) => {
  const graph = () => graphs.get(stack) as Graph;
  const alarms = () => resourcesOf(graph(), 'aws:cloudwatch/metricAlarm:MetricAlarm');
  const alarm = (name: string) => alarms().find((each) => each.name === name)?.inputs ?? {};

  it('sees when actions are appended and nothing is folded, by counts that DynamoDB makes', () => {
    expect(alarm('fold-stopped')).toMatchObject({
      metricQueries: [
        expect.objectContaining({
          expression: 'IF(FILL(appended, 0) > 0 AND FILL(folded, 0) == 0, 1, 0)',
          returnData: true,
        }),
        {
          id: 'appended',
          metric: expect.objectContaining({
            dimensions: { TableName: 'log-heads', Operation: 'UpdateItem' },
            stat: 'SampleCount',
          }),
        },
        {
          id: 'folded',
          metric: expect.objectContaining({
            dimensions: { TableName: 'log-pages', Operation: 'PutItem' },
            stat: 'SampleCount',
          }),
        },
      ],
      threshold: 0,
      evaluationPeriods: 2,
    });
  });

  it('sees whoever is throttled, with no more metrics in an alarm than CloudWatch takes', () => {
    const watched = ['watch-routes-throttled', 'watch-workers-throttled'].flatMap((name) => {
      const [, ...metrics] = alarm(name).metricQueries as { metric: { dimensions: { FunctionName: string } } }[];
      expect(metrics.length).toBeLessThanOrEqual(10);
      return metrics.map(({ metric }) => metric.dimensions.FunctionName);
    });
    const functions = resourcesOf(graph(), 'aws:lambda/function:Function').map(({ outputs }) => outputs.name);
    expect(watched.toSorted()).toEqual(functions.toSorted());
  });

  it('sees what is late: deliveries by their 99th percentile, and the queue by its age', () => {
    expect(alarm('watch-slow')).toMatchObject({ metricName: 'DeliveredMs', extendedStatistic: 'p99', threshold: 5000 });
    expect(alarm('watch-slow')).not.toHaveProperty('statistic');
    expect(alarm('deliveries-late')).toMatchObject({ metricName: 'ApproximateAgeOfOldestMessage', threshold: 60 });
  });

  it('answers on one screen of six graphs, each about resources that there are', () => {
    const { dashboardBody } = only(graph(), 'aws:cloudwatch/dashboard:Dashboard').inputs;
    const { widgets } = JSON.parse(String(dashboardBody)) as {
      widgets: { y: number; height: number; properties: { title: string; metrics: unknown[][] } }[];
    };
    expect(widgets.map(({ properties }) => properties.title.replace(/\?.*/, '?'))).toEqual([
      'Are actions coming?',
      'Are they folded?',
      'Do members hear?',
      'What fails?',
      'Who is refused, throttled, closed?',
      'What does it cost?',
    ]);
    for (const { y, height } of widgets) expect(y + height).toBeLessThanOrEqual(12);
    const names = new Set(graph().resources.flatMap(({ outputs }) => [outputs.name, outputs.id]));
    const services = new Set(
      resourcesOf(graph(), 'aws:lambda/function:Function').map(
        ({ inputs }) => (inputs.environment as { variables: Record<string, string> }).variables.POWERTOOLS_SERVICE_NAME,
      ),
    );
    const metrics = widgets
      .flatMap(({ properties }) => properties.metrics)
      .filter(([first]) => typeof first === 'string');
    expect(metrics.length).toBeGreaterThan(50);
    for (const [, metric, dimension, value] of metrics)
      expect(dimension === 'service' ? services.has(String(value)) : names.has(value), `${metric} of ${value}`).toBe(
        true,
      );
  });

  it('tells nobody who has not asked for it, traces nothing, and logs no access', () => {
    for (const { inputs } of alarms()) expect(inputs.alarmActions).toEqual([]);
    expect(resourcesOf(graph(), 'aws:sns/topic:Topic')).toEqual([]);
    expect(resourcesOf(graph(), 'aws:budgets/budget:Budget')).toEqual([]);
    expect(only(graph(), 'aws:apigatewayv2/stage:Stage').inputs).not.toHaveProperty('accessLogSettings');
    for (const { inputs } of resourcesOf(graph(), 'aws:lambda/function:Function'))
      expect(inputs).not.toHaveProperty('tracingConfig');
  });

  it('takes no more messages than half of what the smallest regions have', () => {
    expect(only(graph(), 'aws:apigatewayv2/stage:Stage').inputs.defaultRouteSettings).toEqual({
      throttlingRateLimit: 1250,
      throttlingBurstLimit: 625,
    });
  });
});

it('tells an address of alarms by a topic of its own, and of the budget', async () => {
  const graph = await configured('alarmEmail: ann@example.com', 'monthlyBudget: 100');
  const topic = only(graph, 'aws:sns/topic:Topic');
  expect(only(graph, 'aws:sns/topicSubscription:TopicSubscription').inputs).toEqual({
    topic: topic.outputs.arn,
    protocol: 'email',
    endpoint: 'ann@example.com',
  });
  for (const { inputs } of resourcesOf(graph, 'aws:cloudwatch/metricAlarm:MetricAlarm'))
    expect([inputs.alarmActions, inputs.okActions]).toEqual([[topic.outputs.arn], [topic.outputs.arn]]);
  const budget = only(graph, 'aws:budgets/budget:Budget').inputs;
  expect(budget).toMatchObject({ limitAmount: '100', limitUnit: 'USD', timeUnit: 'MONTHLY' });
  expect(budget.notifications).toEqual([
    expect.objectContaining({ threshold: 80, subscriberEmailAddresses: ['ann@example.com'] }),
    expect.objectContaining({ threshold: 100, notificationType: 'FORECASTED' }),
  ]);
});

it('tells a topic that is there already, of alarms and of the budget', async () => {
  const arn = 'arn:aws:sns:us-east-1:123456789012:on-call';
  const graph = await configured(`alarmTopicArn: ${arn}`, 'monthlyBudget: 100');
  expect(resourcesOf(graph, 'aws:sns/topic:Topic')).toEqual([]);
  for (const { inputs } of resourcesOf(graph, 'aws:cloudwatch/metricAlarm:MetricAlarm'))
    expect(inputs.alarmActions).toEqual([arn]);
  const { notifications } = only(graph, 'aws:budgets/budget:Budget').inputs as { notifications: object[] };
  for (const each of notifications) expect(each).toMatchObject({ subscriberSnsTopicArns: [arn] });
});

it('logs accesses without what tokens come in, traces, and reserves what it is told to', async () => {
  const graph = await configured(
    'accessLogs: true',
    'tracing: true',
    'foldReservedConcurrency: 8',
    'sendReservedConcurrency: 30',
  );
  const { accessLogSettings } = only(graph, 'aws:apigatewayv2/stage:Stage').inputs as {
    accessLogSettings: { destinationArn: string; format: string };
  };
  const group = resourcesOf(graph, 'aws:cloudwatch/logGroup:LogGroup').find(({ name }) => name === 'stage-access');
  expect(accessLogSettings.destinationArn).toBe(group?.outputs.arn);
  expect(Object.values(JSON.parse(accessLogSettings.format))).toEqual([
    ...['$context.requestTimeEpoch', '$context.requestId', '$context.connectionId', '$context.eventType'],
    ...['$context.routeKey', '$context.status', '$context.identity.sourceIp', '$context.integrationLatency'],
    ...['$context.integration.status', '$context.error.messageString'],
  ]);
  const functions = resourcesOf(graph, 'aws:lambda/function:Function');
  for (const { inputs } of functions) expect(inputs.tracingConfig).toEqual({ mode: 'Active' });
  for (const { inputs } of resourcesOf(graph, 'aws:iam/rolePolicy:RolePolicy'))
    expect(String(inputs.policy)).toContain('xray:PutTraceSegments');
  expect(
    functions.flatMap(({ name, inputs: { reservedConcurrentExecutions: own } }) =>
      own === undefined ? [] : [[name, own]],
    ),
  ).toEqual(
    expect.arrayContaining([
      ['fold', 8],
      ['send', 30],
    ]),
  );
});

it('keeps its tags from the file: the provider puts them on everything', async () => {
  const { config } = await import('pulumi-local').then(({ readProject }) => readProject(root, 'prod'));
  expect(JSON.parse(config['aws:defaultTags'] ?? '')).toEqual({ tags: { project: 'foldcast', environment: 'prod' } });
});
