import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** One run of the command line, in a process of its own. */
export interface Measured {
  /** From starting the process to its end, in ms. */
  readonly ms: number;
  /** The most resident memory that it had, in bytes, looked at every 10 ms. */
  readonly peak: number;
  readonly stdout: string;
}

/** Watches the memory of the process that it is loaded into, and says at the end what was the most. */
const watcher = `
  let peak = 0;
  const look = () => { peak = Math.max(peak, process.memoryUsage.rss()); };
  setInterval(look, 10).unref();
  process.on('exit', () => { look(); process.stderr.write('\\npeak ' + peak); });`;

/** Runs `foldcast` with some arguments. Rejects with what it said if it ends otherwise than well. */
export const measureFoldcast = async (args: readonly string[]): Promise<Measured> => {
  const began = performance.now();
  const preload = `data:text/javascript,${encodeURIComponent(watcher)}`;
  const child = spawn(process.execPath, ['--import', preload, 'replay/command-line/foldcast.js', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const ms = performance.now() - began;
  const peak = /\npeak (\d+)$/.exec(stderr)?.[1];
  if (code !== 0 || peak === undefined) throw new Error(`foldcast ${args.join(' ')} ended with ${code}: ${stderr}`);
  return { ms, peak: Number(peak), stdout };
};
