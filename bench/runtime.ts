import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../test/system/until.ts';
import type { Counts } from './calls.ts';

/** What the runtime tells of itself. */
export interface Statistics {
  readonly calls: Counts;
  readonly functions: Readonly<Record<string, { readonly coldStarts: number; readonly initMs: readonly number[] }>>;
  /** Of the whole process, in bytes. */
  readonly memory: number;
}

/** The local runtime in a process of its own, so that its processor time and its memory are its own. */
export interface Runtime {
  readonly url: string;
  /** Where AWS calls go. */
  readonly endpoint: string;
  /** From starting the process to its ready line, in ms. */
  readonly readyMs: number;
  statistics(): Promise<Statistics>;
  /** What its Pulumi program exports. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  /** Waits until no function calls AWS any more, and returns the statistics of then. */
  quiet(): Promise<Statistics>;
  close(): Promise<void>;
}

/** How long nothing must be called for all to be quiet, in ms: what has to wait in a queue waits a second at most. */
const stillness = 1_300;

/** All calls but those of pollers, which never end. */
const worked = ({ calls }: Statistics): string =>
  JSON.stringify(Object.entries(calls).map(([name, each]) => [name, { ...each, GetRecords: 0, ReceiveMessage: 0 }]));

/** The folder of foldcast's own program. */
export const root = join(import.meta.dirname, '..');
/** The same without limits on what a client may send. */
const unlimited = join(root, 'test', 'system', 'unlimited');
const script = join(root, 'node_modules', '.bin', 'pulumi-local');

/**
 * Starts the runtime as `npm start` does, on a free port. Rejects with what it said if it ends before it is ready.
 * @param project the folder of the Pulumi program; foldcast's own, without limits on what a client may send, unless given
 */
export const startRuntime = async (project = unlimited): Promise<Runtime> => {
  const began = performance.now();
  const pages = project === root ? ['--pages', 'web'] : [];
  const command = [script, ...pages, '--port', '0'];
  const child = spawn(process.execPath, command, { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  // If the bench fails, the runtime ends with it.
  const endToo = () => child.kill();
  process.once('exit', endToo);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  const ready = async (): Promise<string> => {
    for await (const line of createInterface({ input: child.stdout }))
      if (line.startsWith('ready ')) return line.slice('ready '.length).replace('localhost', '127.0.0.1');
    throw new Error(`The local runtime ended before it was ready: ${said.trim()}`);
  };
  const url = await ready();
  const readyMs = performance.now() - began;
  const { host } = new URL(url);

  const ask = async (path: string) => (await fetch(`http://${host}/_local/${path}`)).json();
  const statistics = async () => (await ask('statistics')) as Statistics;
  return {
    url,
    endpoint: `http://${host}`,
    readyMs,
    statistics,
    outputs: async () => (await ask('outputs')) as Readonly<Record<string, unknown>>,
    quiet: async () => {
      let latest = await statistics();
      const resting = async () => {
        const before = latest;
        await pause(stillness);
        latest = await statistics();
        return worked(before) === worked(latest);
      };
      await until('the functions come to rest', resting, 60_000);
      return latest;
    },
    close: async () => {
      child.kill('SIGTERM');
      await exited;
      process.off('exit', endToo);
    },
  };
};
