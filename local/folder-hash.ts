import { hash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A hash of all files in a folder, by their names and contents. */
export const folderHash = (folder: string): string => {
  const files = globSync('**', { cwd: folder, exclude: (name) => name === 'node_modules' })
    .filter((file) => statSync(join(folder, file), { throwIfNoEntry: false })?.isFile())
    .toSorted();
  return hash('sha256', files.map((file) => `${file} ${hash('sha256', readFileSync(join(folder, file)))}`).join('\n'));
};
