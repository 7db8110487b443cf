import { type ChildProcess, fork } from 'node:child_process';
import { resolve } from 'node:path';
import type { Graph, Say } from '../aws.ts';
import type { Evaluated, Evaluation } from './evaluate.ts';
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

/**
 * Runs a Pulumi program without Pulumi's engine and returns what it registers and exports.
 *
 * It runs in a process of its own, so that Pulumi's memory (200 MB) and its handlers on `process` are gone afterwards.
 *
 * Rejects with one sentence when a file is missing, the program fails, or it has a resource that the local runtime does not
 * know; the `cause` has the stack trace.
 */
export const readGraph = async (options: ReadGraphOptions): Promise<Graph> => {
  const { stack, port, say } = options;
  const project = await readProject(resolve(options.project), stack);
  for (const key of project.secretKeys)
    say?.(`${key} is encrypted in Pulumi.${stack}.yaml: here it is “${standIn(key)}”.`);
  const evaluation: Evaluation = { project, stack, port };
  // As SAM has `AWS_SAM_LOCAL`: a program may want to know where it is.
  const env = { ...process.env, PULUMI_LOCAL: 'true' };
  const evaluate = fork(new URL('./evaluate.ts', import.meta.url), [JSON.stringify(evaluation)], { execArgv: [], env });
  try {
    return await graphFrom(evaluate, project.main);
  } finally {
    evaluate.kill('SIGKILL');
  }
};

const graphFrom = (evaluate: ChildProcess, main: string): Promise<Graph> =>
  new Promise((done, failed) => {
    evaluate.once('message', (evaluated: Evaluated) => {
      if ('graph' in evaluated) done(evaluated.graph);
      else failed(new Error(evaluated.error, { cause: evaluated.stack }));
    });
    evaluate.once('error', failed);
    evaluate.once('exit', () =>
      failed(new Error(`The Pulumi program ${main} ended the process that ran it: it must not call process.exit.`)),
    );
  });
