import { join, relative } from 'node:path';
import type { Say } from '../aws.ts';
import type { Reader } from '../graph/read.ts';
import type { Runtime } from '../runtime.ts';
import type { Types } from './types.ts';
import { watchSources } from './watch.ts';

export interface ReloadOptions {
  readonly runtime: Pick<Runtime, 'port' | 'reload' | 'reloadPages'>;
  readonly project: string;
  readonly stack: string;
  /** Files and folders of the project that the program is made of. */
  readonly paths: readonly string[];
  /** A folder with what the runtime writes. */
  readonly except?: string | undefined;
  /** The folder of the pages. */
  readonly pages?: string | undefined;
  readonly reader: Pick<Reader, 'read' | 'prepare'>;
  readonly types: Pick<Types, 'fault'>;
  /** The program runs otherwise from now on, because of these files. `changed`: functions that do. */
  readonly reloaded?: (files: readonly string[], changed: readonly string[]) => Promise<void>;
  readonly say: Say;
}

const sentenceOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const several = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

/** Runs what is saved: rebuilds, checks and restarts what differs. What is wrong is said once, and the old goes on. */
export const reloadOnChange = (options: ReloadOptions) => {
  const { runtime, project, stack, paths, pages, reader, types, reloaded, say } = options;
  const pagesPath = pages === undefined ? [] : [relative(project, join(project, pages))];
  const isOfPages = (file: string) => pagesPath.some((path) => file.startsWith(`${path}/`));
  const waiting = new Set<string>();
  let isWorking = false;
  let faultSaid: string | undefined;

  /** Rejects in a sentence. */
  const reloadProgram = async (files: readonly string[]): Promise<void> => {
    const began = performance.now();
    const [graph, fault] = await Promise.all([reader.read(runtime.port), types.fault(files)]);
    if (fault !== undefined) throw new Error(fault);
    const changed = await runtime.reload(graph);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const what = changed.length === 0 ? 'no function differs' : `reloaded ${several(changed)}`;
    say(`${several(files)}: ${what} (${seconds} s)`);
    await reloaded?.(files, changed);
  };

  const work = async (files: readonly string[]): Promise<void> => {
    try {
      if (!files.every(isOfPages)) await reloadProgram(files);
      // After it: what they load then is there already. They have its rules in them, too.
      if (pages !== undefined) await runtime.reloadPages();
      faultSaid = undefined;
    } catch (cause) {
      const fault = `${sentenceOf(cause).replace(/[^.]$/, '$&.')} What ran before goes on.`;
      if (fault !== faultSaid) say(fault);
      faultSaid = fault;
    }
  };

  const workOff = async (): Promise<void> => {
    isWorking = true;
    while (waiting.size > 0) {
      const files = [...waiting];
      waiting.clear();
      await work(files);
    }
    reader.prepare();
    isWorking = false;
  };
  const onChange = (files: readonly string[]): void => {
    for (const file of files) waiting.add(file);
    if (!isWorking) void workOff();
  };
  reader.prepare();
  const settings = ['Pulumi.yaml', `Pulumi.${stack}.yaml`];
  return watchSources({
    folder: project,
    paths: [...paths, ...pagesPath, ...settings],
    except: options.except,
    onChange,
  });
};
