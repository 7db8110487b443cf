import type * as pulumi from '@pulumi/pulumi';
import type { Connections } from './connections.ts';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';

export interface ConnectArgs extends FunctionDefaults {
  readonly connections: Connections;
  readonly defaultRooms: readonly string[];
}

/** `$connect`: keeps the connection, and makes a plain one a member of the default rooms. */
export class Connect extends LambdaFunction {
  constructor(name: string, args: ConnectArgs, opts?: pulumi.ComponentResourceOptions) {
    const { connections, defaultRooms, ...defaults } = args;
    super(
      name,
      {
        ...defaults,
        entry: 'connect',
        // Within the 29 seconds that API Gateway waits for an integration.
        timeout: 10,
        memory: 512,
        environment: { CONNECTIONS_TABLE: connections.table.name, DEFAULT_ROOMS: JSON.stringify(defaultRooms) },
        grants: [{ actions: ['dynamodb:PutItem', 'dynamodb:BatchWriteItem'], resources: [connections.table.arn] }],
      },
      opts,
    );
  }
}
