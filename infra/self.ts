import type * as pulumi from '@pulumi/pulumi';
import { type FunctionDefaults, LambdaFunction } from './lambda-function.ts';

/** Routes `whoAmI` and `ping`: what a connection asks about itself. */
export class Self extends LambdaFunction {
  constructor(name: string, args: FunctionDefaults, opts?: pulumi.ComponentResourceOptions) {
    super(
      name,
      // Answers from what it is invoked with: it reads nothing, and may do nothing.
      { ...args, entry: 'self', timeout: 5, memory: 128, environment: {}, grants: [] },
      opts,
    );
  }
}
