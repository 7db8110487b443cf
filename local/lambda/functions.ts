import { availableParallelism } from 'node:os';
import { AwsError, type Caller, type Invoke, type Resource } from '../aws.ts';
import { createPool, type PoolOptions } from './pool.ts';
import { type FunctionSettings, functionSettings } from './settings.ts';
import type { FunctionStatistics } from './statistics.ts';
import { environmentVariables } from './variables.ts';

export interface FunctionsOptions {
  /** Resources of type `aws:lambda/function:Function`. */
  readonly functions: readonly Resource[];
  /** The URL that all AWS SDK calls of the functions go to. */
  readonly endpoint: string;
  /**
   * The most environments of one function at once; further invocations wait in order, where AWS would start another.
   * Default: one per core, and at least two, so that one slow invocation does not stop its function. More threads than
   * cores make nothing faster, and each costs the memory and the start of its own copy of the code.
   */
  readonly environments?: number;
  /** The most invocations of one function, and bytes of their events, that wait; more are throttled. Default: see `createPool`. */
  readonly queue?: PoolOptions['queue'];
  /** Each line that a function writes to its standard output or error. */
  readonly onLog?: (functionName: string, line: string) => void;
  /** Latency added to each cold start and to each invocation, in ms; default 0. */
  readonly coldStartMs?: number;
  readonly invokeMs?: number;
}

/** Lambda functions, each in environments of its own on worker threads. */
export interface Functions {
  /**
   * Invokes a function by ARN or name and waits for its result.
   * @throws AwsError ResourceNotFoundException (404), TooManyRequestsException (429), RequestTooLargeException (413).
   */
  readonly invoke: Invoke;
  /** The caller that a function is, when it or its event source mapping calls AWS. By ARN or name. */
  readonly callerOf: (functionArn: string) => Extract<Caller, { kind: 'function' }>;
  /** Starts one environment of each, by ARN or name, so that the first invocation need not wait for it. */
  readonly warm: (functionArns: readonly string[]) => Promise<void>;
  /** By function name. */
  readonly stats: () => Readonly<Record<string, FunctionStatistics>>;
  /** Ends every environment at once; invocations under way fail. */
  readonly close: () => void;
}

/** @throws Error when a function cannot run here: see `functionSettings`, `environmentVariables`. */
export const createFunctions = (options: FunctionsOptions): Functions => {
  const environments = options.environments ?? Math.max(2, availableParallelism());
  const all = options.functions.map(functionSettings).map((settings) => ({
    settings,
    pool: createPool({
      settings,
      variables: environmentVariables(settings, options.endpoint),
      environments,
      ...(options.queue && { queue: options.queue }),
      onLine: (line) => options.onLog?.(settings.name, line),
      coldStartMs: options.coldStartMs ?? 0,
      invokeMs: options.invokeMs ?? 0,
    }),
  }));
  const byKey = new Map(all.flatMap((each) => [each.settings.arn, each.settings.name].map((key) => [key, each])));
  const find = (key: string) => {
    const found = byKey.get(key);
    if (found === undefined) throw new AwsError('ResourceNotFoundException', `Function not found: ${key}`, 404);
    return found;
  };

  return {
    invoke: async (key, event) => find(key).pool.invoke(event),
    callerOf: (key) => callerFrom(find(key).settings),
    warm: async (keys) => {
      await Promise.all(keys.map((key) => find(key).pool.warm()));
    },
    stats: () => Object.fromEntries(all.map(({ settings, pool }) => [settings.name, pool.statistics()])),
    close: () => {
      for (const { pool } of all) pool.close();
    },
  };
};

const callerFrom = ({ name, role }: FunctionSettings) => ({ kind: 'function', name, role }) as const;
