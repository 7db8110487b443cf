import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Check, Checked, Checking } from './typecheck.ts';

/** Checks the types of sources. */
export interface Types {
  /**
   * Checks files that were changed, and those that import them. Resolves with what does not type, there or in what was found before, in a sentence
   * with its place; with nothing if all does.
   */
  fault(files: readonly string[]): Promise<string | undefined>;
  close(): void;
}

const untyped: Types = { fault: async () => undefined, close: () => {} };

/** Whether a project says how its types are checked, and has what does it. */
const isTyped = (project: string): boolean => {
  try {
    createRequire(join(project, 'package.json')).resolve('typescript');
    return existsSync(join(project, 'tsconfig.json'));
  } catch {
    return false;
  }
};

/**
 * Checks the types of a project that has a `tsconfig.json` and TypeScript, in a process of its own that remembers what it has checked.
 * `paths`: the files and
 * folders that are checked.
 */
export const createTypes = (project: string, paths: readonly string[]): Types => {
  if (!isTyped(project)) return untyped;
  let child: ChildProcess | undefined;
  const start = (): ChildProcess => {
    const started = fork(new URL('./typecheck.ts', import.meta.url), { execArgv: [], stdio: 'ignore' });
    started
      .on('error', () => {})
      .on('exit', () => {
        if (child === started) child = undefined;
      });
    started.send({ project, paths } satisfies Checking);
    return started;
  };
  child = start();
  return {
    fault: async (files) => {
      child ??= start();
      const ended = once(child, 'exit').then((): [Checked] => [{}]);
      child.send({ files } satisfies Check);
      // Types are a help: where they can't be checked, the program runs all the same.
      const [{ fault }] = (await Promise.race([once(child, 'message'), ended])) as [Checked];
      return fault;
    },
    close: () => {
      child?.kill('SIGKILL');
    },
  };
};
