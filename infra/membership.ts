import type * as pulumi from '@pulumi/pulumi';
import type { Connections } from './connections.ts';
import type { EventLog } from './event-log.ts';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';
import type { SocketApi } from './socket-api.ts';

export interface MembershipArgs extends FunctionDefaults {
  readonly eventLog: EventLog;
  readonly connections: Connections;
  readonly api: SocketApi;
}

/** Routes `join`, `leave` and `sync`: makes a connection a member of a room, and brings it up to date. */
export class Membership extends LambdaFunction {
  constructor(name: string, args: MembershipArgs, opts?: pulumi.ComponentResourceOptions) {
    const { eventLog, connections, api, ...defaults } = args;
    super(
      name,
      {
        ...defaults,
        entry: 'membership',
        // Within the 29 seconds that API Gateway waits for an integration; reading up thousands of events takes some.
        timeout: 25,
        memory: 1024,
        environment: {
          LOG_TABLE: eventLog.log.name,
          CONNECTIONS_TABLE: connections.table.name,
          MANAGEMENT_ENDPOINT: api.managementEndpoint,
        },
        grants: [
          { actions: ['dynamodb:Query'], resources: [eventLog.log.arn] },
          {
            actions: ['dynamodb:UpdateItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
            resources: [connections.table.arn],
          },
          api.postGrant,
        ],
      },
      opts,
    );
  }
}
