import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { bundleOf } from './bundle.ts';
import { checkedVariables } from './variables.ts';

/** Actions, one by one, on resources, one by one. */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly pulumi.Input<string>[];
}

/** What all functions of an environment have in common. */
export interface FunctionDefaults {
  /** Days that log lines are kept. */
  readonly logRetentionDays: number;
  readonly logLevel: string;
  /** Whether X-Ray follows its invocations. */
  readonly tracing: boolean;
}

export interface LambdaFunctionArgs extends FunctionDefaults {
  /** Its folder in `functions/`. */
  readonly entry: string;
  /** Seconds. */
  readonly timeout: number;
  /** MB; the share of a processor grows with it, to a whole one at 1,769. */
  readonly memory: number;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** What it may do, beside writing its own log. */
  readonly grants: readonly Grant[];
  /** Invocations at once that are kept for it, and the most that it has; without them it shares what the account has. */
  readonly reservedConcurrency?: number | undefined;
  /** What has to be in use before this is: whoever appends comes after the fold, which has to know what is new. */
  readonly after?: readonly pulumi.Resource[];
}

/** X-Ray has no resource level for them. Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS X-Ray". */
const traces: Grant = { actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] };

/** A Lambda with its code, its log and a role of its own that may do what is granted here and nothing else. */
export class LambdaFunction extends pulumi.ComponentResource {
  /** Its folder in `functions/`. */
  readonly entry: string;
  readonly function: aws.lambda.Function;
  /**
   * The version that is in use. All who invoke the function name this, so that it is changed in one step, after what it needs, and
   * changed back by a `pulumi up` of the commit before.
   */
  readonly live: aws.lambda.Alias;
  readonly role: aws.iam.Role;
  readonly logGroup: aws.cloudwatch.LogGroup;
  /** Where the metrics that its code publishes are: their namespace, and the value of their dimension `service`. */
  readonly metrics: { readonly namespace: string; readonly service: string };

  constructor(name: string, args: LambdaFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:LambdaFunction', name, {}, opts);
    this.entry = args.entry;

    this.logGroup = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      // Not named after the function, which is not there yet: like everything it has a suffix, so that two may deploy a `dev`.
      { retentionInDays: args.logRetentionDays },
      { parent: this },
    );

    this.role = new aws.iam.Role(
      `${name}-role`,
      { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: 'lambda.amazonaws.com' }) },
      { parent: this },
    );

    const ownLog: Grant = {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      // `:*` stands for the log streams of this one group: Lambda makes up their names.
      resources: [pulumi.interpolate`${this.logGroup.arn}:*`],
    };
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        role: this.role.name,
        policy: pulumi.jsonStringify({
          Version: '2012-10-17',
          Statement: [ownLog, ...(args.tracing ? [traces] : []), ...args.grants].map(({ actions, resources }) => ({
            Effect: 'Allow',
            Action: actions,
            Resource: resources,
          })),
        }),
      },
      { parent: this },
    );

    this.metrics = {
      namespace: pulumi.getProject(),
      service: `${pulumi.getProject()}-${pulumi.getStack()}-${args.entry}`,
    };
    this.function = new aws.lambda.Function(
      name,
      {
        role: this.role.arn,
        runtime: 'nodejs24.x',
        architectures: ['arm64'],
        code: bundleOf(args.entry),
        handler: 'index.handler',
        timeout: args.timeout,
        memorySize: args.memory,
        environment: {
          variables: checkedVariables(args.entry, {
            ...args.environment,
            NODE_OPTIONS: '--enable-source-maps',
            POWERTOOLS_SERVICE_NAME: this.metrics.service,
            POWERTOOLS_METRICS_NAMESPACE: this.metrics.namespace,
            POWERTOOLS_LOG_LEVEL: args.logLevel,
          }),
        },
        ...(args.reservedConcurrency !== undefined && { reservedConcurrentExecutions: args.reservedConcurrency }),
        publish: true,
        ...(args.tracing && { tracingConfig: { mode: 'Active' } }),
        // Lines are JSON already, from Powertools; Lambda's JSON format would wrap them once more.
        loggingConfig: { logFormat: 'Text', logGroup: this.logGroup.name },
      },
      // Wait for the policy, or the first invocation could come before the function may do anything.
      { parent: this, dependsOn: [policy] },
    );

    this.live = new aws.lambda.Alias(
      `${name}-live`,
      { name: 'live', functionName: this.function.name, functionVersion: this.function.version },
      { parent: this, dependsOn: [...(args.after ?? [])] },
    );

    this.registerOutputs({
      function: this.function.arn,
      live: this.live.arn,
      role: this.role.arn,
      logGroup: this.logGroup.name,
    });
  }
}
