import { type Graph, type Resource, resourcesOf } from '../aws.ts';

const functionsOf = (graph: Graph) => resourcesOf(graph, 'aws:lambda/function:Function');

/** The function that an alias names, and refuses the rest: traffic that is divided between versions, a version that there is not. */
const behind = (functions: readonly Resource[], alias: Resource): Resource => {
  const refuse = (why: string): never => {
    throw new Error(`Lambda alias "${alias.name}" cannot run here: ${why}.`);
  };
  const { functionName, functionVersion, routingConfig } = alias.inputs;
  const found = functions.find(({ outputs }) => outputs.name === functionName || outputs.arn === functionName);
  if (found === undefined) return refuse(`its functionName, ${functionName}, is no function of the program`);
  if (routingConfig != null) refuse('there is one version of each function here, so remove its routingConfig');
  if (functionVersion !== '$LATEST' && functionVersion !== found.outputs.version)
    refuse(`its functionVersion is ${functionVersion}, and that of its function ${found.outputs.version}`);
  return found;
};

/**
 * What can be invoked: each function by the ARNs of itself, of its version and of its aliases, and by the ends of those from its
 * name on. All of them run the same code here.
 *
 * Throws one sentence for an alias that cannot run here.
 */
export const targetsOf = (
  functions: readonly Resource[],
  aliases: readonly Resource[],
): ReadonlyMap<string, Resource> => {
  const targets = new Map<string, Resource>();
  const add = (fn: Resource, qualifier?: unknown): void => {
    const suffix = typeof qualifier === 'string' ? `:${qualifier}` : '';
    for (const key of [fn.outputs.arn, fn.outputs.name]) if (typeof key === 'string') targets.set(key + suffix, fn);
  };
  for (const fn of functions) {
    add(fn);
    add(fn, '$LATEST');
    add(fn, fn.outputs.version);
  }
  for (const alias of aliases) add(behind(functions, alias), alias.outputs.name);
  return targets;
};

/** The function that is invoked by this ARN or name; `undefined` if it is none of the program's. */
export const targetOf = (graph: Graph, key: string): Resource | undefined =>
  targetsOf(functionsOf(graph), resourcesOf(graph, 'aws:lambda/alias:Alias')).get(key);
