import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

export interface AlarmArgs {
  /** What has happened, and what whoever is woken by it does first. */
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: 'Maximum' | 'Sum';
  /** The alarm goes off when a minute's value is greater than this, in the metric's own unit. */
  readonly above: number;
  /** The SNS topic to tell; without one the alarm only shows in CloudWatch. */
  readonly topicArn: string | undefined;
}

/** An alarm on one minute of a metric. The metric has no values while nothing happens, so missing data counts as good. */
export const alarm = (
  name: string,
  args: AlarmArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm => {
  const actions = args.topicArn === undefined ? [] : [args.topicArn];
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      alarmDescription: args.description,
      namespace: args.namespace,
      metricName: args.metric,
      dimensions: args.dimensions,
      statistic: args.statistic,
      period: 60,
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: args.above,
      treatMissingData: 'notBreaching',
      alarmActions: actions,
      okActions: actions,
    },
    opts,
  );
};
