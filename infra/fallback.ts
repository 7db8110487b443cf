import type * as pulumi from '@pulumi/pulumi';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';
import type { SocketApi } from './socket-api.ts';

export interface FallbackArgs extends FunctionDefaults {
  readonly api: SocketApi;
}

/** `$default`: answers a message that no route is for with the actions that there are. */
export class Fallback extends LambdaFunction {
  constructor(name: string, args: FallbackArgs, opts?: pulumi.ComponentResourceOptions) {
    const { api, ...defaults } = args;
    super(
      name,
      {
        ...defaults,
        entry: 'fallback',
        // Within the 29 seconds that API Gateway waits for an integration.
        timeout: 10,
        memory: 512,
        environment: { MANAGEMENT_ENDPOINT: api.managementEndpoint },
        grants: [api.postGrant],
      },
      opts,
    );
  }
}
