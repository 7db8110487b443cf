import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the pollers of streams remember how far they are: a shard goes on from there after a restart. */
export interface Positions {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}

/** Forgotten when the runtime ends, like the tables that they go with. */
export const memoryPositions = (): Positions => {
  const values = new Map<string, string>();
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => {
      values.set(key, value);
    },
  };
};

/** One small file each, replaced as a whole: a kill leaves the one before, and its records come once more. */
export const filePositions = async (folder: string): Promise<Positions> => {
  await mkdir(folder, { recursive: true });
  const path = (key: string) => join(folder, encodeURIComponent(key));
  return {
    get: async (key) => {
      try {
        return await readFile(path(key), 'utf8');
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw cause;
      }
    },
    set: async (key, value) => {
      await writeFile(`${path(key)}.new`, value);
      await rename(`${path(key)}.new`, path(key));
    },
  };
};
