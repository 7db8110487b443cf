import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

/** A metric of CloudWatch. */
export interface MetricOf {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: 'Maximum' | 'Sum' | 'SampleCount' | 'p99';
}

/** A value that is computed from metrics: `m1 / (m1 + m2)`, by their names. CloudWatch takes ten of them. */
export interface Computed {
  readonly expression: string;
  readonly of: Readonly<Record<string, MetricOf>>;
}

export interface AlarmArgs {
  /** What has happened. The alarm's page in docs/runbook.md, a section of its name, says what it means and what to type. */
  readonly description: string;
  readonly when: MetricOf | Computed;
  /** The alarm goes off when a value is greater than this, in the metric's own unit. */
  readonly above: number;
  /** So many minutes make one value, and so many values in a row have to be too great. One each, if nothing is said. */
  readonly minutes?: number;
  readonly times?: number;
  /** The SNS topic to tell; without one the alarm only shows in CloudWatch. */
  readonly topicArn: pulumi.Input<string> | undefined;
}

const queriesOf = ({ expression, of }: Computed, period: number) => [
  { id: 'value', expression, label: expression, returnData: true },
  ...Object.entries(of).map(([id, { namespace, metric, dimensions, statistic }]) => ({
    id,
    metric: { namespace, metricName: metric, dimensions, stat: statistic, period },
  })),
];

const metricOf = ({ namespace, metric, dimensions, statistic }: MetricOf, period: number) => ({
  namespace,
  metricName: metric,
  dimensions,
  ...(statistic === 'p99' ? { extendedStatistic: statistic } : { statistic }),
  period,
});

/** An alarm on a metric. Most have no values while nothing happens, so missing data counts as good. */
export const alarm = (
  name: string,
  args: AlarmArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm => {
  const actions = args.topicArn === undefined ? [] : [args.topicArn];
  const period = 60 * (args.minutes ?? 1);
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      alarmDescription: `${args.description} What to do: docs/runbook.md#${name}`,
      ...('expression' in args.when ? { metricQueries: queriesOf(args.when, period) } : metricOf(args.when, period)),
      evaluationPeriods: args.times ?? 1,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: args.above,
      treatMissingData: 'notBreaching',
      alarmActions: actions,
      okActions: actions,
    },
    opts,
  );
};
