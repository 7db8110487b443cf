import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Connections } from './connections.ts';
import type { Deliveries } from './deliveries.ts';
import type { EventLog } from './event-log.ts';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';
import type { SocketApi } from './socket-api.ts';

export interface SendArgs extends FunctionDefaults {
  readonly eventLog: EventLog;
  readonly connections: Connections;
  readonly deliveries: Deliveries;
  readonly api: SocketApi;
  /** Seconds. */
  readonly timeout: number;
  /** Batches at once. */
  readonly maxConcurrency: number;
}

/** The way from the queue to clients: posts deliveries to their connections, and forgets those that are gone. */
export class Send extends pulumi.ComponentResource {
  readonly function: LambdaFunction;
  readonly mapping: aws.lambda.EventSourceMapping;

  constructor(name: string, args: SendArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:Send', name, {}, opts);
    const { eventLog, connections, deliveries, api } = args;

    this.function = new LambdaFunction(
      name,
      {
        logRetentionDays: args.logRetentionDays,
        logLevel: args.logLevel,
        entry: 'send',
        timeout: args.timeout,
        // Many posts in flight, each a TLS exchange: more processor is less delay.
        memory: 1024,
        environment: {
          HEADS_TABLE: eventLog.heads.name,
          LOG_TABLE: eventLog.log.name,
          CONNECTIONS_TABLE: connections.table.name,
          DELIVERIES_QUEUE_URL: deliveries.queue.url,
          MANAGEMENT_ENDPOINT: api.managementEndpoint,
        },
        grants: [
          api.postGrant,
          {
            actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchWriteItem', 'dynamodb:DeleteItem'],
            resources: [connections.table.arn],
          },
          { actions: ['dynamodb:GetItem'], resources: [eventLog.heads.arn] },
          { actions: ['dynamodb:Query'], resources: [eventLog.log.arn] },
          // The mapping receives and deletes messages as this role; the function itself queues again what it could not post.
          {
            actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:SendMessage'],
            resources: [deliveries.queue.arn],
          },
        ],
      },
      { parent: this },
    );

    this.mapping = new aws.lambda.EventSourceMapping(
      `${name}-deliveries`,
      {
        eventSourceArn: deliveries.queue.arn,
        functionName: this.function.function.arn,
        batchSize: 10,
        maximumBatchingWindowInSeconds: 0,
        functionResponseTypes: ['ReportBatchItemFailures'],
        scalingConfig: { maximumConcurrency: args.maxConcurrency },
      },
      { parent: this },
    );

    this.registerOutputs({ mapping: this.mapping.uuid });
  }
}
