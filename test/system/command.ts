import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { readGraph } from 'pulumi-local';
import { onTestFinished } from 'vitest';
import { connect, type PlainClient } from './client.ts';
import { lookInto, type Tables } from './operator.ts';
import { root } from './project.ts';
import { until } from './until.ts';

/** `npm start` without npm, in a process of its own that is gone after the test. */
export interface Command {
  /** What it has printed so far, line by line. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** The address that its line `ready` names. Rejects if it ends before. */
  ready(): Promise<URL>;
  signal(signal: NodeJS.Signals): void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export interface CommandOptions {
  /** The folder that it is started in; this project unless given. */
  readonly folder?: string;
  /** The Node that runs it, and flags for it. */
  readonly node?: string;
  readonly nodeFlags?: readonly string[];
  /** Files and folders of which what is saved runs; none unless given. */
  readonly watch?: readonly string[];
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

export const start = (flags: readonly string[], options: CommandOptions = {}): Command => {
  const { folder = root, node = process.execPath, nodeFlags = [], watch } = options;
  const watching = watch === undefined ? ['--no-watch'] : ['--watch', ...watch];
  // Vitest's own NODE_ENV is for tests.
  const { NODE_ENV: _, ...env } = process.env;
  const child = spawn(
    node,
    [...nodeFlags, join(root, 'node_modules/.bin/pulumi-local'), '--pages', 'web', ...watching, ...flags],
    {
      cwd: folder,
      env,
    },
  );
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    printed.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    printed.stderr += chunk;
  });
  let over = false;
  const ended = once(child, 'close').then(([code, signal]) => {
    over = true;
    return code ?? signal;
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const readyLine = () => /^ready (\S+)\n/m.exec(printed.stdout)?.[1];
  return {
    get stdout() {
      return lines(printed.stdout);
    },
    get stderr() {
      return lines(printed.stderr);
    },
    ready: async () => {
      await until('the line "ready"', () => over || readyLine(), 60_000);
      const url = readyLine();
      if (url === undefined) throw new Error(`It ended before it was ready: ${printed.stderr}`);
      return new URL(url);
    },
    signal: (signal) => child.kill(signal),
    ended,
  };
};

let read: ReturnType<typeof readGraph> | undefined;
/** What this project's program exports. Only the ports in it are not those of a runtime. */
const exported = async (): Promise<Readonly<Record<string, unknown>>> => {
  read ??= readGraph({ project: root, stack: 'dev', port: 3000 });
  return (await read).outputs;
};

/** Starts this project on a free port, waits until it is ready, and looks into its tables. */
export const startReady = async (
  flags: readonly string[] = [],
): Promise<Command & Tables & { readonly url: URL; connect(): Promise<PlainClient> }> => {
  const command = start(['--port', '0', ...flags]);
  const url = await command.ready();
  const tables = lookInto(Number(url.port), await exported());
  onTestFinished(() => tables.leave());
  return { ...command, ...tables, url, connect: () => connect(url.href) };
};
