import { setTimeout as pause } from 'node:timers/promises';
import { AwsError, type InvokeResult } from '../aws.ts';
import { type Environment, startEnvironment } from './environment.ts';
import type { Failure } from './messages.ts';
import type { FunctionSettings } from './settings.ts';
import { createStatistics } from './statistics.ts';

/** The largest event, in bytes. Source: Lambda quotas, "Invocation payload (request and response)". */
const eventLimit = 6_291_556;

/**
 * Invocations of one function that wait for an environment, and the bytes of their events: what comes on top is throttled, as AWS
 * throttles above 1,000 at once. A thousand run there; here they wait for a few environments, so it takes more for a crowd to connect.
 */
const mostWaiting = { invocations: 25_000, bytes: 128 * 1024 * 1024 };

export interface PoolOptions {
  readonly settings: FunctionSettings;
  readonly variables: Readonly<Record<string, string>>;
  /** The most environments at once. */
  readonly environments: number;
  /** The most that wait; by default 25,000 invocations and 128 MiB. */
  readonly queue?: Readonly<typeof mostWaiting>;
  readonly onLine: (line: string) => void;
  /** Latency added to each start of an environment, and to each invocation. */
  readonly coldStartMs: number;
  readonly invokeMs: number;
}

interface Waiter {
  readonly event: string;
  readonly functionArn: string;
  readonly resolve: (result: InvokeResult) => void;
  readonly reject: (error: AwsError) => void;
}

export type Pool = ReturnType<typeof createPool>;

/** The environments of one function: the one used last is used first, new ones start on demand, the rest waits in order. */
export const createPool = (options: PoolOptions) => {
  const { settings, variables, onLine, coldStartMs, invokeMs } = options;
  const reserved = settings.reserved ?? Number.POSITIVE_INFINITY;
  const most = Math.min(options.environments, reserved);
  const statistics = createStatistics();
  const all = new Set<Environment>();
  const idle: Environment[] = [];
  const waiting: Waiter[] = [];
  const { queue = mostWaiting } = options;
  let waitingBytes = 0;
  let starting = 0;
  let running = 0;
  let closed = false;
  /** No more invocations will come: it ends once those are done that have. */
  let retired = false;

  const nextWaiter = (): Waiter | undefined => {
    const waiter = waiting.shift();
    waitingBytes -= waiter?.event.length ?? 0;
    return waiter;
  };

  const forget = (environment: Environment) => {
    all.delete(environment);
    const index = idle.indexOf(environment);
    if (index >= 0) idle.splice(index, 1);
  };

  const start = async (): Promise<void> => {
    starting++;
    const began = performance.now();
    const environment: Environment = startEnvironment({
      settings,
      variables,
      onLine,
      onEnd: () => forget(environment),
    });
    all.add(environment);
    const failure = await environment.ready;
    if (failure === undefined) statistics.started(performance.now() - began);
    if (coldStartMs > 0) await pause(coldStartMs);
    starting--;
    if (failure === undefined && environment.alive()) idle.push(environment);
    else failed(environment, failure);
    pump();
  };

  /** The invocation that an environment was started for gets to know why it did not start; the next one tries again. */
  const failed = (environment: Environment, failure: Failure | undefined) => {
    forget(environment);
    if (failure === undefined) return;
    const waiter = nextWaiter();
    if (waiter === undefined) return;
    statistics.ran(0, false);
    waiter.resolve({ ok: false, ...failure });
  };

  const serve = async (environment: Environment, { event, functionArn, resolve }: Waiter): Promise<void> => {
    running++;
    if (invokeMs > 0) await pause(invokeMs);
    const began = performance.now();
    const result = await environment.run(event, functionArn);
    running--;
    statistics.ran(performance.now() - began, result.ok);
    if (environment.alive()) idle.push(environment);
    else forget(environment);
    resolve(result);
    pump();
  };

  const pump = () => {
    if (closed) return;
    while (waiting.length > 0) {
      const environment = idle.pop();
      if (environment === undefined) break;
      const waiter = nextWaiter();
      if (waiter !== undefined) void serve(environment, waiter);
    }
    while (starting < waiting.length && all.size < most) void start();
    if (retired && waiting.length + running + starting === 0) close();
  };

  const close = () => {
    closed = true;
    for (const waiter of waiting.splice(0)) waiter.reject(closing());
    for (const environment of all) environment.end();
  };

  /** @throws AwsError TooManyRequestsException, RequestTooLargeException, ServiceException (closed). */
  const invoke = (input: unknown, functionArn: string): Promise<InvokeResult> => {
    if (closed) return Promise.reject(closing());
    const event = JSON.stringify(input) ?? 'null';
    if (event.length * 3 > eventLimit && Buffer.byteLength(event) > eventLimit) {
      const message = `Request must be smaller than ${eventLimit} bytes for the InvokeFunction operation`;
      return Promise.reject(new AwsError('RequestTooLargeException', message, 413));
    }
    const isFull = waiting.length >= queue.invocations || waitingBytes + event.length > queue.bytes;
    if (isFull || running + waiting.length >= reserved) {
      statistics.throttled();
      return Promise.reject(new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429));
    }
    return new Promise((resolve, reject) => {
      waiting.push({ event, functionArn, resolve, reject });
      waitingBytes += event.length;
      pump();
    });
  };

  return {
    invoke,
    /** Starts a first environment if there is none. A failure to start shows at the first invocation. */
    warm: async (): Promise<void> => {
      if (!closed && !retired && all.size === 0 && most > 0) await start();
    },
    /** Takes no more invocations, and ends when those that it has are done. */
    retire: () => {
      retired = true;
      pump();
    },
    statistics: statistics.read,
    /** Ends all environments at once; what runs or waits fails. */
    close,
  };
};

const closing = () => new AwsError('ServiceException', 'The local runtime is closing.', 500);
