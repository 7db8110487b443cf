import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { InvokeResult } from '../aws.ts';
import { eachLine } from './lines.ts';
import type { Boot, Failure, Invocation, Report } from './messages.ts';
import type { FunctionSettings } from './settings.ts';

/** How long the code outside the handler may run, in ms. Source: Lambda developer guide, "Init phase". */
const initLimit = 10_000;
/** The largest result, in bytes. Source: Lambda quotas, "Invocation payload (request and response)". */
const resultLimit = 6_291_556;

/** The most that objects which die young may take, in MB. Measured: a quarter less memory under load, no more processor time. */
const youngest = 24;
/** When this process writes profiles of its processor time (`node --cpu-prof`), so does each environment. */
const profiling = process.execArgv.filter((flag) => flag.startsWith('--cpu-prof'));

/** One execution environment: a worker thread that has loaded a function and runs one invocation at a time. */
export interface Environment {
  /** Undefined when the code has loaded; otherwise what went wrong: the environment is then over. */
  readonly ready: Promise<Failure | undefined>;
  /** Runs the handler on an event (JSON), invoked by this ARN. Only when `ready`, and one at a time. */
  run(event: string, functionArn: string): Promise<InvokeResult>;
  /** Whether it can run another invocation. An error that the handler throws leaves it alive; a timeout or an exit does not. */
  alive(): boolean;
  end(): void;
}

interface EnvironmentOptions {
  readonly settings: FunctionSettings;
  readonly variables: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  /** It ended while it was doing nothing. */
  readonly onEnd: () => void;
}

export const startEnvironment = ({ settings, variables, onLine, onEnd }: EnvironmentOptions): Environment => {
  const worker = new Worker(new URL('./start.js', import.meta.url), {
    workerData: bootOf(settings) satisfies Boot,
    env: { ...variables },
    execArgv: ['--enable-source-maps', ...profiling],
    stdout: true,
    stderr: true,
    // As Lambda's own start script divides the memory. It bounds the JavaScript heap; buffers are outside of it.
    // The young generation is the exception: it grows to its bound under any load, in each of a dozen environments.
    resourceLimits: {
      maxOldGenerationSizeMb: Math.floor(settings.memoryMb * 0.9),
      maxYoungGenerationSizeMb: Math.min(youngest, Math.ceil(settings.memoryMb * 0.1)),
    },
  });
  eachLine(worker.stdout, onLine);
  eachLine(worker.stderr, onLine);

  let alive = true;
  /** Who waits for the thread's next report: whoever started it, then one invocation at a time. */
  let waiting: ((report: Report) => void) | undefined;
  let crash: Failure | undefined;
  let requestId: string = randomUUID();

  const settle = (report: Report) => {
    const waiter = waiting;
    waiting = undefined;
    waiter?.(report);
  };
  const die = (failure: Failure) => {
    alive = false;
    settle({ kind: 'fault', failure });
  };
  const next = (limitMs: number, timedOut: () => Failure): Promise<Report> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        die(timedOut());
        void worker.terminate();
      }, limitMs);
      waiting = (report) => {
        clearTimeout(timer);
        resolve(report);
      };
    });

  worker.on('message', (report: Report) => {
    if (report.kind === 'fault') crash = report.failure;
    else settle(report);
  });
  worker.on('error', (error: unknown) => {
    crash = crashOf(error, requestId);
  });
  worker.on('exit', (status) => {
    const busy = waiting !== undefined;
    const wasAlive = alive;
    die(crash ?? exitOf(status, requestId));
    if (wasAlive && !busy) onEnd();
  });

  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} seconds`;
  const ready = next(initLimit, () => ({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Init timed out after ${seconds(initLimit)}`,
  })).then((report) => ('failure' in report ? report.failure : undefined));

  const run = async (event: string, functionArn: string): Promise<InvokeResult> => {
    requestId = randomUUID();
    if (!alive) return { ok: false, ...(crash ?? ended) };
    const report = next(settings.timeoutMs, () => ({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds(settings.timeoutMs)}`,
    }));
    worker.postMessage({
      requestId,
      functionArn,
      event,
      deadline: Date.now() + settings.timeoutMs,
    } satisfies Invocation);
    return resultOf(await report);
  };

  const end = () => {
    die(ended);
    void worker.terminate();
  };
  return { ready, run, alive: () => alive, end };
};

const ended: Failure = {
  errorType: 'Sandbox.Ended',
  errorMessage: 'The local runtime was closed during the invocation.',
};

const bootOf = (settings: FunctionSettings): Boot => ({
  root: settings.root,
  handler: settings.handler,
  callbacks: settings.callbacks,
  functionName: settings.name,
  functionVersion: settings.version,
  memoryMb: settings.memoryMb,
  logGroup: settings.logGroup,
  logStream: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[${settings.version}]${randomUUID().replaceAll('-', '')}`,
});

const resultOf = (report: Report): InvokeResult => {
  if (report.kind === 'ready') throw new Error('A Lambda environment reported its start twice.');
  if (report.kind !== 'returned') return { ok: false, ...report.failure };
  // Counting bytes costs; a JSON text has at most three per character.
  if (report.result.length * 3 > resultLimit && Buffer.byteLength(report.result) > resultLimit) {
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${resultLimit} bytes).`;
    return { ok: false, errorType: 'Function.ResponseSizeTooLarge', errorMessage };
  }
  return { ok: true, value: JSON.parse(report.result) };
};

const crashOf = (error: unknown, requestId: string): Failure => {
  const { name, message, code } = error as Error & { code?: string };
  return code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? {
        errorType: 'Runtime.OutOfMemory',
        errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
      }
    : { errorType: name, errorMessage: message };
};

const exitOf = (status: number, requestId: string): Failure => ({
  errorType: 'Runtime.ExitError',
  errorMessage:
    status === 0
      ? `RequestId: ${requestId} Error: Runtime exited without providing a reason`
      : `RequestId: ${requestId} Error: Runtime exited with error: exit status ${status}`,
});
