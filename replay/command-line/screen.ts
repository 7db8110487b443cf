import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

/** A stream to print to: a terminal, a pipe or a file. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Colours a text, on a terminal; anywhere else it stays as it is. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** What a command prints to. */
export interface Screen {
  /** A line of the answer, on standard output. Resolves when there is room for more. */
  print(line: string): Promise<void>;
  /** A line about the answer, on standard error: a fault, a warning, a note. */
  say(line: string): void;
  /**
   * Shows how far a task is, `share` being 0 to 1 where it is known: on a terminal, and once the task has taken over a second.
   * What is printed next takes the bar away.
   */
  progress(task: string, share?: number): void;
  /** Takes the bar away, and prints what is still held back. */
  flush(): void;
  readonly paint: Paint;
  /** Characters in a line. */
  readonly width: number;
}

/** How long nothing is said about a task, and how long a bar stays as it is, in ms. */
const [patience, stillness] = [1_000, 100];
const barLength = 30;

/** Characters that are printed at once where lines come fast: a write for each would take longer than all else. */
const chunkLength = 64 * 1024;

/** Where no terminal says how wide it is: lines are cut late, for there may be a `grep` behind. */
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
      waiting += `${line}\n`;
      timer ??= setImmediate(write);
      if (waiting.length >= chunkLength && !write()) await once(output, 'drain');
    },
    say: (line) => {
      flush();
      errors.write(`${line}\n`);
    },
    progress: (name, share) => {
      if (!errors.isTTY) return;
      const now = performance.now();
      if (task?.name !== name) task = { name, began: now };
      if (now - task.began < patience || now - (drawn ?? 0) < stillness) return;
      const done = Math.round(Math.min(1, share ?? 0) * barLength);
      const bar = `${'█'.repeat(done)}${'░'.repeat(barLength - done)} ${Math.floor((share ?? 0) * 100)} %  `;
      errors.write(`\r\x1b[K${share === undefined ? '' : bar}${name}`);
      drawn = now;
    },
    flush,
    // Node looks whether the stream is a terminal, and at NO_COLOR.
    paint: (style, text) => styleText(style, text, { stream: output }),
    width: output.columns ?? pipeWidth,
  };
};
