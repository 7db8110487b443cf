import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Say } from '../aws.ts';

/** How long a program may take for its remarks, in ms, and how many lines it may say. */
const limits = { ms: 10_000, lines: 20 };

export interface RemarksOptions {
  /** A program for Node, from the project's folder on. */
  readonly file: string;
  readonly project: string;
  readonly port: number;
  readonly stack: string;
  readonly say: Say;
}

/** A program of the project that has something to say about what was saved. */
export interface Remarks {
  /** Runs it beside, in a process of its own, and says its lines. `files`: those that were changed, none at the start. What it was at before is given up. */
  ask(files: readonly string[]): void;
  close(): void;
}

export const createRemarks = ({ file, project, port, stack, say }: RemarksOptions): Remarks => {
  let stop = () => {};
  return {
    ask: (files) => {
      stop();
      const about = {
        PULUMI_LOCAL_PORT: String(port),
        PULUMI_LOCAL_STACK: stack,
        PULUMI_LOCAL_CHANGED: files.join('\n'),
      };
      const child = spawn(process.execPath, [file], {
        cwd: project,
        env: { ...process.env, ...about },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines = createInterface({ input: child.stdout });
      const timer = setTimeout(() => stop(), limits.ms).unref();
      let left = limits.lines;
      stop = () => {
        lines.close();
        child.kill('SIGKILL');
      };
      lines.on('line', (line) => {
        if (left > 0) say(line);
        left -= 1;
      });
      child.on('error', () => {}).on('close', () => clearTimeout(timer));
    },
    close: () => stop(),
  };
};
