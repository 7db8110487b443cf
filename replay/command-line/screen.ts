import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { printable } from './show/inert.ts';

/** A stream to print to: a terminal, a pipe or a file. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Colours a text, on a terminal; anywhere else it stays as it is. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** What a command prints to. Each line leaves as `printable` makes it: nothing that somebody sent has power over the terminal. */
export interface Screen {
  /** A line of the answer, on standard output. Resolves when there is room for more. */
  print(line: string): Promise<void>;
  /** A line about the answer, on standard error: a fault, a warning, a note. */
  say(line: string): void;
  /**
   * Shows how far a task is: `share` is 0 to 1, and left out where it is not known. Only on a terminal, and only once the task
   * has taken over a second. The next line that is printed removes the bar.
   */
  progress(task: string, share?: number): void;
  /** Removes the bar, and prints the lines that are still buffered. */
  flush(): void;
  readonly paint: Paint;
  /** Characters in a line. */
  readonly width: number;
}

/** How long a task runs without a bar, and the least time between two drawings of a bar, in ms. */
const [patience, stillness] = [1_000, 100];
const barLength = 30;

/** Characters that are gathered before they are written: with a write a line, writing would take most of the time. */
const chunkLength = 64 * 1024;

/** The width where there is no terminal. Generous, so that a `grep` behind a pipe finds what is far to the right. */
const pipeWidth = 200;

export const createScreen = (output: Output, errors: Output): Screen => {
  let task: { readonly name: string; readonly began: number } | undefined;
  let drawn: number | undefined;
  const clear = (): void => {
    if (drawn !== undefined) errors.write('\r\x1b[K');
    drawn = undefined;
  };
  let waiting = '';
  let timer: NodeJS.Immediate | undefined;
  /** Whether there is room for more. */
  const write = (): boolean => {
    clearImmediate(timer);
    timer = undefined;
    const text = waiting;
    waiting = '';
    return text === '' || output.write(text);
  };
  const flush = (): void => {
    clear();
    write();
  };
  return {
    print: async (line) => {
      clear();
      waiting += `${printable(line)}\n`;
      timer ??= setImmediate(write);
      if (waiting.length >= chunkLength && !write()) await once(output, 'drain');
    },
    say: (line) => {
      flush();
      errors.write(`${printable(line)}\n`);
    },
    progress: (name, share) => {
      if (!errors.isTTY) return;
      const now = performance.now();
      if (task?.name !== name) task = { name, began: now };
      if (now - task.began < patience || now - (drawn ?? 0) < stillness) return;
      const done = Math.round(Math.min(1, share ?? 0) * barLength);
      const bar = `${'█'.repeat(done)}${'░'.repeat(barLength - done)} ${Math.floor((share ?? 0) * 100)} %  `;
      errors.write(`\r\x1b[K${share === undefined ? '' : bar}${printable(name)}`);
      drawn = now;
    },
    flush,
    // Node leaves the colour out where the stream is no terminal or NO_COLOR is set.
    paint: (style, text) => styleText(style, text, { stream: output }),
    width: output.columns ?? pipeWidth,
  };
};
