import type * as pulumi from '@pulumi/pulumi';
import type { EventLog } from './event-log.ts';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';
import type { SocketApi } from './socket-api.ts';

export interface AppendArgs extends FunctionDefaults {
  readonly eventLog: EventLog;
  readonly api: SocketApi;
}

/** Every route of a kind: puts the client's action on its room's head, or tells the client what is wrong with it. */
export class Append extends LambdaFunction {
  constructor(name: string, args: AppendArgs, opts?: pulumi.ComponentResourceOptions) {
    const { eventLog, api, ...defaults } = args;
    super(
      name,
      {
        ...defaults,
        entry: 'append',
        // Within the 29 seconds that API Gateway waits for an integration.
        timeout: 10,
        memory: 512,
        environment: { HEADS_TABLE: eventLog.heads.name, MANAGEMENT_ENDPOINT: api.managementEndpoint },
        grants: [
          // One call appends, and nothing is read.
          { actions: ['dynamodb:UpdateItem'], resources: [eventLog.heads.arn] },
          api.postGrant,
        ],
      },
      opts,
    );
  }
}
