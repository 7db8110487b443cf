import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** npm puts the packages' commands first on the PATH, among them the one that fetches a Pulumi: an installed one is behind them. */
const installed = (path: string): string =>
  path
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
    .join(delimiter);

/** Runs the Pulumi that is installed. Rejects with the code ENOENT where there is none. Resolves with what it prints. */
export const askInstalledPulumi = async (args: readonly string[], folder: string): Promise<string> => {
  const env = { ...process.env, PATH: installed(process.env.PATH ?? '') };
  return (await run('pulumi', args, { cwd: folder, env })).stdout;
};

/** Runs the Pulumi that is installed, or else the one that `npx pulumi` fetches. Resolves with what it prints. */
export const askPulumi = async (args: readonly string[], folder: string): Promise<string> => {
  try {
    return await askInstalledPulumi(args, folder);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ENOENT') throw cause;
    // Windows has npx as a script, which takes a shell to run.
    return (await run('npx', ['pulumi', ...args], { cwd: folder, shell: process.platform === 'win32' })).stdout;
  }
};
