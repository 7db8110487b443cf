import { createContext, runInContext, Script } from 'node:vm';
import type { Predicate } from '../bisect.ts';
import { BadInput } from './bad-input.ts';

/** How long an expression may take with one state, in ms. */
const patience = 1_000;

/**
 * Runs an expression, and turns what it throws into a text. Both happen in the sandbox and within its time limit, for reading
 * the `message` of what was thrown may run code that never ends.
 */
const asking = (expression: string): string => `"use strict";
(() => {
  try { return [true, !!(${expression}\n)]; } catch (thrown) {
    try { return [false, String(thrown?.message ?? thrown)]; } catch { return [false, 'something that has no text']; }
  }
})()`;

/**
 * Makes a predicate of a JavaScript expression, in which there is `state` and the language, and nothing of this process. Throws
 * `BadInput` for what is no expression, and so does the predicate where the expression throws or does not end.
 */
export const predicateOf = (expression: string): Predicate<unknown> => {
  // What promises run counts towards the time limit too.
  const context = createContext(Object.create(null), {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate',
  });
  // The state is parsed inside the sandbox: an object of ours would lead out of it, by its prototype's constructor.
  const parse = runInContext('JSON.parse', context) as typeof JSON.parse;
  let script: Script;
  try {
    // Compiled alone first: `1) || (2` would fit into our brackets without being an expression.
    new Script(`"use strict"; (${expression}\n)`);
    script = new Script(asking(expression), { filename: 'expression' });
  } catch (cause) {
    throw new BadInput(`"${expression}" is no JavaScript expression: ${(cause as Error).message}.`, { cause });
  }
  return (state, version) => {
    context.state = parse(JSON.stringify(state) ?? 'null');
    const refused = (what: string, cause?: unknown) =>
      new BadInput(`With the state at version ${version} the expression ${what}.`, { cause });
    let answer: readonly [ended: boolean, what: boolean | string];
    try {
      answer = script.runInContext(context, { timeout: patience });
    } catch (cause) {
      throw refused(`did not end within ${patience / 1000} s`, cause);
    }
    const [ended, what] = answer;
    if (!ended) throw refused(`throws: ${what}`);
    return what === true;
  };
};
