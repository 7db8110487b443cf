import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What is deployed as one function. */
export interface Bundle {
  readonly name: string;
  readonly bytes: number;
}

/** As they are for AWS: what the local runtime runs has its common parts in files of their own. */
const bundling = `await (await import('./infra/bundle.ts')).bundleOf('fold')`;

/** The largest of the bundles, without its source map. */
export const largestBundle = async (): Promise<Bundle> => {
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', bundling]);
  const folder = join('dist', 'functions');
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const bundles = await Promise.all(
    names.map(async ({ name }) => ({ name, bytes: (await stat(join(folder, name, 'index.mjs'))).size })),
  );
  const [largest] = bundles.sort((a, b) => b.bytes - a.bytes);
  if (largest === undefined) throw new Error(`There are no bundles in ${folder}.`);
  return largest;
};
