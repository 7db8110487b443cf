import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Connections } from './connections.ts';
import type { Deliveries } from './deliveries.ts';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';
import type { SocketApi } from './socket-api.ts';

export interface SendArgs extends FunctionDefaults {
  readonly connections: Connections;
  readonly deliveries: Deliveries;
  readonly api: SocketApi;
  /** Seconds. */
  readonly timeout: number;
  /** Batches at once. */
  readonly maxConcurrency: number;
  readonly reservedConcurrency: number | undefined;
}

/** The way from the queue to clients: posts deliveries to their connections, closes those that are too slow, and forgets those that are gone. */
export class Send extends pulumi.ComponentResource {
  readonly function: LambdaFunction;
  readonly mapping: aws.lambda.EventSourceMapping;

  constructor(name: string, args: SendArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Send', name, {}, opts);
    const { connections, deliveries, api } = args;

    this.function = new LambdaFunction(
      name,
      {
        logRetentionDays: args.logRetentionDays,
        logLevel: args.logLevel,
        tracing: args.tracing,
        entry: 'send',
        reservedConcurrency: args.reservedConcurrency,
        timeout: args.timeout,
        // Many posts in flight, each a TLS exchange: more processor is less delay. A whole one would be 1,769 MB (Lambda Developer
        // Guide, "Configure Lambda function memory").
        memory: 1024,
        environment: {
          CONNECTIONS_TABLE: connections.table.name,
          DELIVERIES_QUEUE_URL: deliveries.queue.url,
          DEAD_LETTERS_URL: deliveries.deadLetters.url,
          MANAGEMENT_ENDPOINT: api.managementEndpoint,
        },
        grants: [
          api.postGrant,
          // A client that takes too long is cut off: it connects again and syncs.
          api.closeGrant,
          // Looks up how old a connection is that can't be posted to, and forgets it with its memberships.
          {
            actions: ['dynamodb:GetItem', 'dynamodb:BatchWriteItem', 'dynamodb:DeleteItem'],
            resources: [connections.table.arn],
          },
          // The mapping takes messages as this role; the function says when those that it gives back may be seen again.
          {
            actions: [
              'sqs:ReceiveMessage',
              'sqs:DeleteMessage',
              'sqs:GetQueueAttributes',
              'sqs:ChangeMessageVisibility',
            ],
            resources: [deliveries.queue.arn],
          },
          // Parks what can't be read, and queues nothing.
          { actions: ['sqs:SendMessage'], resources: [deliveries.deadLetters.arn] },
        ],
      },
      { parent: this },
    );

    this.mapping = new aws.lambda.EventSourceMapping(
      `${name}-deliveries`,
      {
        eventSourceArn: deliveries.queue.arn,
        functionName: this.function.live.arn,
        // The most that a FIFO queue gives at once; there is no window to wait for more.
        batchSize: 10,
        functionResponseTypes: ['ReportBatchItemFailures'],
        scalingConfig: { maximumConcurrency: args.maxConcurrency },
      },
      { parent: this },
    );

    this.registerOutputs({ mapping: this.mapping.uuid });
  }
}
