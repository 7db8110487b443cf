import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { alarm, type MetricOf } from './alarm.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { SocketApi } from './socket-api.ts';

export interface WatchArgs {
  readonly api: SocketApi;
  /** The functions that clients reach, and those that work behind them: ten each at most, which is what one alarm takes. */
  readonly routed: readonly LambdaFunction[];
  readonly workers: readonly LambdaFunction[];
  readonly send: LambdaFunction;
  /** Milliseconds from append to post that 99 of 100 deliveries may take. */
  readonly deliveryMs: number;
  /** Dollars a month. */
  readonly monthlyBudget: number | undefined;
  readonly email: string | undefined;
  /** Where alarms go. */
  readonly alarmTopicArn: pulumi.Input<string> | undefined;
  /** A topic of somebody's own, which lets budgets publish. */
  readonly budgetTopicArn: string | undefined;
}

/** What goes wrong for clients, whichever part it is in: throttled, refused, failed, late, or dear. */
export class Watch extends pulumi.ComponentResource {
  constructor(name: string, args: WatchArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Watch', name, {}, opts);
    const parent = { parent: this };
    const topicArn = args.alarmTopicArn;

    const throttles = (functions: readonly LambdaFunction[]) => ({
      expression: 'SUM(METRICS())',
      of: Object.fromEntries(
        functions.map((each, index): [string, MetricOf] => [
          `m${index}`,
          {
            namespace: 'AWS/Lambda',
            metric: 'Throttles',
            dimensions: { FunctionName: each.function.name },
            statistic: 'Sum',
          },
        ]),
      ),
    });
    alarm(
      `${name}-routes-throttled`,
      {
        description: 'Lambda had no room for what clients sent: they were told of an internal error.',
        when: throttles(args.routed),
        above: 0,
        topicArn,
      },
      parent,
    );
    alarm(
      `${name}-workers-throttled`,
      {
        description:
          'Lambda has had no room for fold, sender, presence or notices for five minutes: members hear late.',
        when: throttles(args.workers),
        above: 0,
        times: 5,
        topicArn,
      },
      parent,
    );

    const ofApi = (metric: string): MetricOf => ({
      namespace: 'AWS/ApiGateway',
      metric,
      dimensions: { ApiId: args.api.api.id, Stage: args.api.stageName },
      statistic: 'Sum',
    });
    alarm(
      `${name}-integration-errors`,
      {
        description: 'A function failed, or took too long, on what clients sent: they were told of an internal error.',
        when: ofApi('IntegrationError'),
        above: 0,
        topicArn,
      },
      parent,
    );
    alarm(
      `${name}-refused`,
      {
        description:
          'API Gateway refuses more than one in twenty of what comes in: it is throttled, or somebody is at the door without a token.',
        when: {
          expression: 'IF(errors > 50, 100 * errors / (errors + messages + connects), 0)',
          of: { errors: ofApi('ClientError'), messages: ofApi('MessageCount'), connects: ofApi('ConnectCount') },
        },
        above: 5,
        minutes: 5,
        topicArn,
      },
      parent,
    );
    const { namespace, service } = args.send.metrics;
    alarm(
      `${name}-slow`,
      {
        description: `One delivery in a hundred takes more than ${args.deliveryMs} ms from append to post.`,
        when: { namespace, metric: 'DeliveredMs', dimensions: { service }, statistic: 'p99' },
        above: args.deliveryMs,
        minutes: 5,
        times: 2,
        topicArn,
      },
      parent,
    );
    if (args.monthlyBudget !== undefined) this.addBudget(name, args.monthlyBudget, args);
    this.registerOutputs({});
  }

  /** Of the whole account: costs by tag exist only where somebody has activated the tag for billing. */
  private addBudget(name: string, limit: number, { email, budgetTopicArn }: WatchArgs): void {
    const told = {
      ...(email !== undefined && { subscriberEmailAddresses: [email] }),
      ...(budgetTopicArn !== undefined && { subscriberSnsTopicArns: [budgetTopicArn] }),
    };
    const over = { comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE', ...told };
    new aws.budgets.Budget(
      `${name}-budget`,
      {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        limitAmount: String(limit),
        limitUnit: 'USD',
        notifications: [
          { ...over, threshold: 80, notificationType: 'ACTUAL' },
          { ...over, threshold: 100, notificationType: 'FORECASTED' },
        ],
      },
      { parent: this },
    );
  }
}
