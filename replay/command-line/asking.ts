import { parentPort, workerData } from 'node:worker_threads';
import { predicateOf } from '../expression.ts';

/** The thread that an expression runs in. It is sent a state and its version, and answers with what the expression says, or a sentence. */

export type Answered = { readonly answer: boolean } | { readonly sentence: string };

const attempt = async (work: () => boolean | Promise<boolean>): Promise<Answered> => {
  try {
    return { answer: await work() };
  } catch (cause) {
    return { sentence: (cause as Error).message };
  }
};

const opening = predicateOf(workerData as string);
parentPort?.postMessage(await attempt(async () => (await opening) !== undefined));
parentPort?.on('message', async ([state, version]: readonly [unknown, number]) =>
  parentPort?.postMessage(await attempt(async () => (await opening)(state, version))),
);
