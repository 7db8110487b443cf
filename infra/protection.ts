import * as pulumi from '@pulumi/pulumi';

export interface ProtectionArgs {
  readonly protect: boolean;
  /** All that is not to be destroyed by halves. */
  readonly of: readonly (pulumi.Resource | undefined)[];
}

/**
 * Stands before all else when a stack is destroyed. Pulumi looks whether something is protected when it is its turn, so that a
 * destroy without a preview (`--skip-preview`, and every one of the Automation API) would take the system down to its tables before
 * it refuses. What depends on everything has its turn first, alone.
 */
export class Protection extends pulumi.ComponentResource {
  constructor(name: string, args: ProtectionArgs) {
    const dependsOn = args.of.filter((resource) => resource !== undefined);
    super('foldcast:Protection', name, {}, { protect: args.protect, dependsOn });
    this.registerOutputs({});
  }
}
