/** Runs in the worker thread of an environment: loads the handler, then answers one invocation at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Handler, loadHandler } from './handler.ts';
import type { Boot, Failure, Invocation, Report } from './messages.ts';

const boot = workerData as Boot;
const report = (message: Report) => parentPort?.postMessage(message);

const asFailure = (error: unknown): Failure =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message }
    : { errorType: typeof error, errorMessage: String(error) };

/** Ends the environment, as Lambda's runtime does after what nobody caught. */
const die = (heading: string, error: unknown, failure: Failure, status: number): void => {
  console.error(heading, error);
  report({ kind: 'fault', failure });
  process.exit(status);
};
process.on('uncaughtException', (error) => die('Uncaught Exception', error, asFailure(error), 129));
process.on('unhandledRejection', (error) => {
  const { errorType, errorMessage } = asFailure(error);
  const message = error instanceof Error ? `${errorType}: ${errorMessage}` : errorMessage;
  die(
    'Unhandled Promise Rejection',
    error,
    { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: message },
    128,
  );
});

const contextOf = ({ requestId, deadline, functionArn }: Invocation) => ({
  callbackWaitsForEmptyEventLoop: false,
  functionName: boot.functionName,
  functionVersion: boot.functionVersion,
  invokedFunctionArn: functionArn,
  memoryLimitInMB: String(boot.memoryMb),
  awsRequestId: requestId,
  logGroupName: boot.logGroup,
  logStreamName: boot.logStream,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});

/** @throws Error for what is no JSON: a cycle, a BigInt. */
const serialise = (result: unknown): string => {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (cause) {
    throw new Error('Unable to stringify response body', { cause });
  }
};

const answer = async (handler: Handler, invocation: Invocation): Promise<void> => {
  try {
    const result = await handler(JSON.parse(invocation.event), contextOf(invocation));
    report({ kind: 'returned', result: serialise(result) });
  } catch (error) {
    console.error('Invoke Error', error);
    report({ kind: 'threw', failure: asFailure(error) });
  }
};

try {
  const handler = await loadHandler(boot);
  parentPort?.on('message', (invocation: Invocation) => void answer(handler, invocation));
  report({ kind: 'ready' });
} catch (error) {
  die('Init Error', error, asFailure(error), 1);
}
