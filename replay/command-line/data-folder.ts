import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startStorage } from 'pulumi-local';
import { BadInput } from './bad-input.ts';

/** The tables of a runtime that does not run, served on a port of this machine. */
export interface DataFolder {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Opens the tables that a local runtime left in a folder. No function runs, so events that were not folded yet are not in
 * the log. `project`: the folder of the Pulumi program, which says what the tables are called. Throws `BadInput` where there
 * are none, or while another process has them open.
 */
export const openDataFolder = async (folder: string, project: string): Promise<DataFolder> => {
  const data = resolve(project, folder);
  if (!existsSync(join(data, 'dynamodb')))
    throw new BadInput(`There are no tables in ${folder}: name a folder that npm start -- --data was given.`);
  try {
    const { graph, endpoint, close } = await startStorage({ project, stack: 'dev', services: ['dynamodb'], data });
    return { outputs: graph.outputs, endpoint, close };
  } catch (cause) {
    throw new BadInput(cause instanceof Error ? cause.message : String(cause), { cause });
  }
};
