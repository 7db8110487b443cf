import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import type { Predicate } from '../bisect.ts';
import { type Alone, startAlone } from './alone.ts';
import { BadInput } from './bad-input.ts';

/** How long an expression may take with one state, and how long its process may then take to say so, in ms. */
const [patience, grace] = [1_000, 1_000];

/** How long the process may take to start, in ms. */
const startPatience = 30_000;

/** Characters of its longest answer, with room. */
const longestAnswer = 4_096;

/** A question about states. `await using` ends the process that answers it. */
export interface Expression extends AsyncDisposable {
  /** Throws `BadInput` where the expression throws or does not end. */
  readonly predicate: Predicate<unknown>;
}

const sandbox = fileURLToPath(new URL('./sandbox.ts', import.meta.url));

/** The next line that a process writes; `undefined` if it ends, is too long about it or writes too much. */
const nextLine = (child: Alone, limit: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    if (child.stdout.closed) return resolve(undefined);
    let text = '';
    const settle = (line?: string): void => {
      clearTimeout(timer);
      child.stdout.off('data', onData).off('close', settle);
      resolve(line);
    };
    const onData = (more: string): void => {
      text += more;
      if (text.endsWith('\n')) settle(text.trimEnd());
      else if (text.length > longestAnswer) settle();
    };
    const timer = setTimeout(settle, limit);
    child.stdout.on('data', onData).on('close', settle);
  });

/**
 * Makes a predicate of a JavaScript expression, in which there is `state` and the language. It runs in a process of its own, for
 * `node:vm` alone keeps nobody in. Throws `BadInput` for what is no expression.
 */
export const openExpression = (expression: string): Expression => {
  try {
    // Compiled alone first: `1) || (2` would fit into our brackets without being an expression.
    new Script(`"use strict"; (${expression}\n)`);
  } catch (cause) {
    throw new BadInput(`"${expression}" is no JavaScript expression: ${(cause as Error).message}.`, { cause });
  }
  const child = startAlone(sandbox, [expression, String(patience)]);
  child.stdout.setEncoding('utf8');
  // Writing to a process that has ended: that it gave no answer says so.
  child.stdin.on('error', () => {});
  const ended = new Promise<void>((resolve) => child.once('close', resolve).once('error', () => resolve()));
  const ready = nextLine(child, startPatience);

  return {
    predicate: async (state, version) => {
      if ((await ready) === undefined) throw new Error('The process for the expression does not start.');
      const answered = nextLine(child, patience + grace);
      child.stdin.write(`${JSON.stringify(state) ?? 'null'}\n`);
      const answer = await answered;
      if (answer === 'true' || answer === 'false') return answer === 'true';
      const what = answer ?? 'gives no answer: it takes too long, or too much memory';
      throw new BadInput(`With the state at version ${version} the expression ${what}.`);
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
