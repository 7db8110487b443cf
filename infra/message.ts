import type * as pulumi from '@pulumi/pulumi';
import type { Connections } from './connections.ts';
import type { Deliveries } from './deliveries.ts';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';
import type { SocketApi } from './socket-api.ts';

export interface MessageArgs extends FunctionDefaults {
  readonly connections: Connections;
  readonly deliveries: Deliveries;
  readonly api: SocketApi;
}

/** Route `sendMessage`: queues a message from one connection to another. */
export class Message extends LambdaFunction {
  constructor(name: string, args: MessageArgs, opts?: pulumi.ComponentResourceOptions) {
    const { connections, deliveries, api, ...defaults } = args;
    super(
      name,
      {
        ...defaults,
        entry: 'message',
        // Within the 29 seconds that API Gateway waits for an integration, and enough to tell the sender when table or queue says
        // nothing to several tries.
        timeout: 20,
        memory: 512,
        environment: {
          CONNECTIONS_TABLE: connections.table.name,
          DELIVERIES_QUEUE_URL: deliveries.queue.url,
          MANAGEMENT_ENDPOINT: api.managementEndpoint,
        },
        grants: [
          { actions: ['dynamodb:GetItem'], resources: [connections.table.arn] },
          { actions: ['sqs:SendMessage'], resources: [deliveries.queue.arn] },
          api.postGrant,
        ],
      },
      opts,
    );
  }
}
