import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What is deployed as one function. */
export interface Bundle {
  readonly name: string;
  readonly bytes: number;
}

/** The largest of the bundles that the last start has built, without its source map. */
export const largestBundle = async (folder = join('dist', 'functions')): Promise<Bundle> => {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const bundles = await Promise.all(
    names.map(async ({ name }) => ({ name, bytes: (await stat(join(folder, name, 'index.mjs'))).size })),
  );
  const [largest] = bundles.sort((a, b) => b.bytes - a.bytes);
  if (largest === undefined) throw new Error(`There are no bundles in ${folder}: run npm start once.`);
  return largest;
};
