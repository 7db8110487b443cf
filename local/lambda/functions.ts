import { availableParallelism } from 'node:os';
import { AwsError, type Caller, type Invoke, type Resource } from '../aws.ts';
import { folderHash } from '../folder-hash.ts';
import { createPool, type Pool, type PoolOptions } from './pool.ts';
import { type FunctionSettings, functionSettings } from './settings.ts';
import type { FunctionStatistics } from './statistics.ts';
import { targetsOf } from './targets.ts';
import { environmentVariables } from './variables.ts';

export interface FunctionsOptions {
  /** Resources of type `aws:lambda/function:Function`. */
  readonly functions: readonly Resource[];
  /** Resources of type `aws:lambda/alias:Alias`. */
  readonly aliases?: readonly Resource[];
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
   * Invokes a function by ARN or name, its version's or an alias's too, and waits for its result.
   * @throws AwsError ResourceNotFoundException (404), TooManyRequestsException (429), RequestTooLargeException (413).
   */
  readonly invoke: Invoke;
  /** The caller that a function is, when it or its event source mapping calls AWS. By ARN or name. */
  readonly callerOf: (functionArn: string) => Extract<Caller, { kind: 'function' }>;
  /** Starts one environment of each, by ARN or name, so that the first invocation need not wait for it. */
  readonly warm: (functionArns: readonly string[]) => Promise<void>;
  /**
   * Other functions, or other code of the same: each that differs starts anew, and the one before ends what it is at. Returns the names of
   * those that differ. Throws like `createFunctions`, and leaves all as it was.
   */
  readonly update: (functions: readonly Resource[], aliases: readonly Resource[]) => readonly string[];
  /** By function name. */
  readonly stats: () => Readonly<Record<string, FunctionStatistics>>;
  /** Ends every environment at once; invocations under way fail. */
  readonly close: () => void;
}

interface Running {
  readonly settings: FunctionSettings;
  /** Of its settings and its code. */
  readonly fingerprint: string;
  readonly pool: Pool;
}

/** @throws Error when a function cannot run here: see `functionSettings`, `environmentVariables`. */
export const createFunctions = (options: FunctionsOptions): Functions => {
  const environments = options.environments ?? Math.max(2, availableParallelism());
  const fingerprintOf = (settings: FunctionSettings): string => JSON.stringify([settings, folderHash(settings.root)]);
  const run = (settings: FunctionSettings): Running => ({
    settings,
    fingerprint: fingerprintOf(settings),
    pool: createPool({
      settings,
      variables: environmentVariables(settings, options.endpoint),
      environments,
      ...(options.queue && { queue: options.queue }),
      onLine: (line) => options.onLog?.(settings.name, line),
      coldStartMs: options.coldStartMs ?? 0,
      invokeMs: options.invokeMs ?? 0,
    }),
  });
  let running = new Map(options.functions.map((resource) => [resource, run(functionSettings(resource))]));
  let targets = targetsOf(options.functions, options.aliases ?? []);
  const find = (key: string) => {
    const target = targets.get(key);
    const found = target && running.get(target);
    if (found === undefined) throw new AwsError('ResourceNotFoundException', `Function not found: ${key}`, 404);
    return found;
  };

  const update: Functions['update'] = (functions, aliases) => {
    const nextTargets = targetsOf(functions, aliases);
    const all = functions.map((resource) => [resource, functionSettings(resource)] as const);
    for (const [, settings] of all) environmentVariables(settings, options.endpoint);
    const before = new Map(Array.from(running.values(), (each) => [each.fingerprint, each]));
    const next = new Map(
      all.map(([resource, settings]) => [resource, before.get(fingerprintOf(settings)) ?? run(settings)] as const),
    );
    const [kept, started] = [new Set(running.values()), new Set(next.values())];
    [running, targets] = [next, nextTargets];
    for (const each of kept) if (!started.has(each)) each.pool.retire();
    const fresh = [...started].filter((each) => !kept.has(each));
    void warmInTurn(fresh);
    return fresh.map(({ settings }) => settings.name);
  };

  /** All at once would make the one late that somebody waits for. */
  const warmInTurn = async (all: readonly Running[]): Promise<void> => {
    for (const { pool } of all) await pool.warm();
  };

  return {
    invoke: async (key, event) => {
      const { settings, pool } = find(key);
      // Of the function, its version or its alias, as it was named.
      return pool.invoke(event, key.startsWith('arn:') ? key : settings.arn);
    },
    callerOf: (key) => callerFrom(find(key).settings),
    warm: async (keys) => {
      await Promise.all(keys.map((key) => find(key).pool.warm()));
    },
    update,
    stats: () =>
      Object.fromEntries(Array.from(running.values(), ({ settings, pool }) => [settings.name, pool.statistics()])),
    close: () => {
      for (const { pool } of running.values()) pool.close();
    },
  };
};

const callerFrom = ({ name, role }: FunctionSettings) => ({ kind: 'function', name, role }) as const;
