import type * as pulumi from '@pulumi/pulumi';
import type { Connections } from './connections.ts';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';

export interface DisconnectArgs extends FunctionDefaults {
  readonly connections: Connections;
}

/** `$disconnect`: forgets the connection and its memberships. */
export class Disconnect extends LambdaFunction {
  constructor(name: string, args: DisconnectArgs, opts?: pulumi.ComponentResourceOptions) {
    const { connections, ...defaults } = args;
    super(
      name,
      {
        ...defaults,
        entry: 'disconnect',
        // Within the 29 seconds that API Gateway waits for an integration.
        timeout: 10,
        memory: 512,
        environment: { CONNECTIONS_TABLE: connections.table.name },
        grants: [
          {
            actions: ['dynamodb:GetItem', 'dynamodb:BatchWriteItem', 'dynamodb:DeleteItem'],
            resources: [connections.table.arn],
          },
        ],
      },
      opts,
    );
  }
}
