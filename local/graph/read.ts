import { type ChildProcess, fork } from 'node:child_process';
import { resolve } from 'node:path';
import type { Graph, Say } from '../aws.ts';
import type { Evaluated, Evaluation, Standby } from './evaluate.ts';
import { readProject, standIn } from './project.ts';

export interface ReadGraphOptions {
  /** The folder of `Pulumi.yaml`. */
  readonly project: string;
  /** The stack whose `Pulumi.<stack>.yaml` configures the program. */
  readonly stack: string;
  /** The port that local URLs in the resources' outputs name. */
  readonly port: number;
  /** Told what stands in for each encrypted value. */
  readonly say?: Say;
}

/** Reads a program again and again. */
export interface Reader {
  /** Rejects like `readGraph`. */
  read(port: number): Promise<Graph>;
  /** Has a process ready for the next time, which has loaded what the program loads: 200 MB of memory. */
  prepare(): void;
  close(): void;
}

/** A process that is about to evaluate a program. */
const startEvaluating = (preload: readonly string[]): ChildProcess => {
  // As SAM has `AWS_SAM_LOCAL`: a program may want to know where it is.
  const env = { ...process.env, PULUMI_LOCAL: 'true' };
  const child = fork(new URL('./evaluate.ts', import.meta.url), { execArgv: [], env });
  // That it could not be started is said by whoever waits for it.
  child.on('error', () => {});
  child.send({ preload } satisfies Standby);
  return child;
};

const evaluateIn = async (
  child: ChildProcess,
  { project, stack, port }: Omit<ReadGraphOptions, 'say'>,
  say?: Say,
): Promise<Extract<Evaluated, { graph: Graph }>> => {
  try {
    const read = await readProject(resolve(project), stack);
    for (const key of read.secretKeys)
      say?.(`${key} is encrypted in Pulumi.${stack}.yaml: here it is “${standIn(key)}”.`);
    const evaluated = answerOf(child, read.main);
    child.send({ project: read, stack, port } satisfies Evaluation);
    return await evaluated;
  } finally {
    child.kill('SIGKILL');
  }
};

/** Reads a program; where it is prepared for it, in no more time than the program itself takes. */
export const createReader = ({ say, ...program }: Omit<ReadGraphOptions, 'port'>): Reader => {
  let standby: ChildProcess | undefined;
  let told = say;
  let preload: readonly string[] = [];
  return {
    read: async (port) => {
      const child = standby ?? startEvaluating([]);
      standby = undefined;
      const { graph, loaded } = await evaluateIn(child, { ...program, port }, told);
      told = undefined;
      preload = loaded;
      return graph;
    },
    prepare: () => {
      standby ??= startEvaluating(preload);
    },
    close: () => {
      standby?.kill('SIGKILL');
    },
  };
};

/**
 * Runs a Pulumi program without Pulumi's engine and returns what it registers and exports.
 *
 * It runs in a process of its own, so that Pulumi's memory (200 MB) and its handlers on `process` are gone afterwards.
 *
 * Rejects with one sentence when a file is missing, the program fails, or it has a resource that the local runtime does not
 * know; the `cause` has the stack trace.
 */
export const readGraph = async ({ say, ...options }: ReadGraphOptions): Promise<Graph> =>
  (await evaluateIn(startEvaluating([]), options, say)).graph;

const answerOf = (child: ChildProcess, main: string): Promise<Extract<Evaluated, { graph: Graph }>> =>
  new Promise((done, failed) => {
    child.once('message', (evaluated: Evaluated) => {
      if ('graph' in evaluated) done(evaluated);
      else failed(new Error(evaluated.error, { cause: evaluated.stack }));
    });
    child.once('error', failed);
    child.once('exit', () =>
      failed(new Error(`The Pulumi program ${main} ended the process that ran it: it must not call process.exit.`)),
    );
  });
