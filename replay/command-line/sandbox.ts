import { createInterface } from 'node:readline';
import { createContext, runInContext, Script } from 'node:vm';

/**
 * The process that an expression runs in: its arguments are the expression, and how long it may take with one state, in ms. A state as
 * JSON, one a line, is answered with a line: `true`, `false`, or what went wrong.
 *
 * What gets into this realm by an error of Node's finds nothing to use: Node was started without permission for anything, and makes
 * no code of texts.
 */

const [expression = '', patience = ''] = process.argv.slice(2);

/** Characters of an answer. */
const longest = 1_000;

const context = createContext(Object.create(null), {
  codeGeneration: { strings: false, wasm: false },
  // What promises run counts towards the time limit too.
  microtaskMode: 'afterEvaluate',
});
// The state is parsed inside the context: an object of ours would lead out of it, by its prototype's constructor.
const parse = runInContext('JSON.parse', context) as typeof JSON.parse;

// Also what it throws becomes a text in there: reading the `message` may run code that never ends.
const script = new Script(
  `"use strict";
(() => {
  try { return (${expression}\n) ? 'true' : 'false'; } catch (thrown) {
    try { return 'throws: ' + (thrown?.message ?? thrown); } catch { return 'throws: something that has no text'; }
  }
})()`,
  { filename: 'expression' },
);

const answer = (state: string): string => {
  context.state = parse(state);
  try {
    const said = String(script.runInContext(context, { timeout: Number(patience) }));
    return said.slice(0, longest).replace(/\s+/g, ' ');
  } catch {
    return `did not end within ${Number(patience) / 1000} s`;
  }
};

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${answer(line)}\n`);
