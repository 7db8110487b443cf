import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** The project, started as its user starts it. */
export interface Runtime {
  /** Ends it as Ctrl-C does, and waits until it has ended. */
  stop(): Promise<void>;
  /** Ends it without a chance to say good-bye. */
  kill(): Promise<void>;
}

/** Longest wait (ms) for the line that says that all is up: many times what it takes, for a machine that is busy. */
const startLimit = 45_000;

/** A port that nothing listens on. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const ready = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let output = '';
    const fail = (what: string): void => reject(new Error(`npm start ${what}. It printed:\n${output}`));
    const limit = setTimeout(() => fail('did not print its "ready" line in time'), startLimit);
    const read = (chunk: Buffer): void => {
      output += chunk;
      if (!/^ready ws:\/\/\S+$/m.test(output)) return;
      clearTimeout(limit);
      resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(limit);
      fail(`ended with code ${code}`);
    });
  });

/** Runs `npm start -- --port <port>` and more arguments in a process group of its own, up to its `ready` line. */
export const startRuntime = async (port: number, args: readonly string[] = []): Promise<Runtime> => {
  const { NODE_ENV: _, ...env } = process.env;
  const child = spawn('npm', ['start', '--', '--port', String(port), ...args], {
    cwd: join(import.meta.dirname, '../..'),
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, signal);
    await closed;
  };
  try {
    await ready(child);
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
  return { stop: () => end('SIGINT'), kill: () => end('SIGKILL') };
};
