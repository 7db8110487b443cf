import type { Resource } from '../aws.ts';

/** The Pulumi program asks for what AWS would refuse, or for what this gateway cannot run. Change that resource. */
export class GatewayConfigError extends Error {
  override readonly name = 'GatewayConfigError';
  readonly urn: string;
  constructor(resource: Resource, problem: string) {
    super(`${resource.type} "${resource.name}": ${problem}`);
    this.urn = resource.urn;
  }
}

/** An input or an output that has to be a string with something in it. */
export const textOf = (resource: Resource, from: 'inputs' | 'outputs', key: string): string => {
  const value = resource[from][key];
  if (typeof value === 'string' && value !== '') return value;
  throw new GatewayConfigError(resource, `${key} has to be a string, not ${JSON.stringify(value) ?? 'missing'}.`);
};
