import type { Say } from '../aws.ts';
import { createReader, type Reader } from '../graph/read.ts';
import type { Runtime } from '../runtime.ts';
import { type ReloadOptions, reloadOnChange } from './reload.ts';
import { createTypes } from './types.ts';

export interface HotReloadOptions extends Pick<ReloadOptions, 'project' | 'stack' | 'paths' | 'pages' | 'except'> {
  readonly say: Say;
}

export interface HotReload {
  /** What the runtime is to read its program with. */
  readonly reader: Pick<Reader, 'read'>;
  /** From now on what is saved runs. */
  follow(runtime: Runtime, hooks: Pick<ReloadOptions, 'reloaded'>): void;
  close(): void;
}

/** All that runs what is saved: see `reloadOnChange`. */
export const createHotReload = (options: HotReloadOptions): HotReload => {
  const { project, stack, paths, say } = options;
  const reader = createReader({ project, stack, say });
  const ending = [reader.close];
  return {
    reader,
    follow: (runtime, hooks) => {
      const types = createTypes(project, paths);
      const watching = reloadOnChange({ ...options, ...hooks, runtime, reader, types });
      ending.push(types.close, watching.close);
    },
    close: () => {
      for (const end of ending) end();
    },
  };
};
