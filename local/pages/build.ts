import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Bundled } from './bundle.ts';

/** The pages could not be built. Correct what the message names and start again. */
export class PagesBuildError extends Error {
  override readonly name = 'PagesBuildError';
}

/**
 * Builds the Vite project in `root` into `outDir`, saying nothing. `reloading`: its pages listen whether there is another build. In a process of its own, so that the bundler's memory (100 MB)
 * and what it does to the environment are gone afterwards. Rejects with a PagesBuildError.
 */
export const buildPages = async (root: string, outDir: string, reloading: boolean): Promise<void> => {
  const flags = reloading ? ['reloading'] : [];
  const bundle = fork(new URL('./bundle.ts', import.meta.url), [root, outDir, ...flags], {
    execArgv: [],
    stdio: 'ignore',
  });
  try {
    const ended = once(bundle, 'exit').then((): [Bundled] => [{ fault: 'Vite ended without a word.' }]);
    const [{ fault }] = (await Promise.race([once(bundle, 'message'), ended])) as [Bundled];
    if (fault !== undefined) throw new PagesBuildError(`The pages in ${root} do not build: ${fault}`);
  } finally {
    bundle.kill('SIGKILL');
  }
};
