import variant from '@jitl/quickjs-singlefile-mjs-release-sync';
import { newQuickJSWASMModuleFromVariant, type QuickJSContext, type QuickJSHandle } from 'quickjs-emscripten-core';
import type { Predicate } from './bisect.ts';
import { ReplayError } from './errors.ts';

/** How long an expression may take with one state, in ms; and how much memory and stack it may have, in bytes. */
const patience = 1_000;
const memory = 512 * 1024 * 1024;
const stack = 512 * 1024;

/** Characters of what it throws. */
const longest = 1_000;

const bad = (what: string): ReplayError => new ReplayError('bad-expression', what);

/** What was thrown in there, as a text: reading its `message` is code of its own, so it was made a text in there. */
const thrown = (context: QuickJSContext, error: QuickJSHandle): string => {
  const { name, message } = context.dump(error) as { readonly name?: unknown; readonly message?: unknown };
  if (message === 'interrupted') return `did not end within ${patience / 1000} s`;
  if (message === 'out of memory' || name === 'InternalError') return `takes too much memory: ${String(message)}`;
  return `throws: ${String(message)}`;
};

/** Takes the text of a state, and answers with a text: `true`, `false`, or what went wrong. */
const asking = (expression: string): string => `"use strict";
((parse) => (text) => {
  const state = parse(text);
  try { return (${expression}\n) ? 'true' : 'false'; } catch (thrown) {
    try { return 'throws: ' + (thrown?.message ?? thrown); } catch { return 'throws: something that has no text'; }
  }
})(JSON.parse)`;

/**
 * Makes a predicate of a JavaScript expression, in which there is `state` and the language, and nothing else: it runs in an engine of its own,
 * QuickJS in WebAssembly, here and in a browser. No promise of it is ever kept. Throws `bad-expression` for what is no expression; the predicate, where
 * it throws or does not end. A few loops of the language's own are not interrupted: who can't wait for them runs it in a thread.
 */
export const predicateOf = async (expression: string): Promise<Predicate<unknown>> => {
  const engine = await newQuickJSWASMModuleFromVariant(variant);
  const runtime = engine.newRuntime({ memoryLimitBytes: memory, maxStackSizeBytes: stack });
  const context = runtime.newContext();
  let until = Number.POSITIVE_INFINITY;
  runtime.setInterruptHandler(() => Date.now() > until);
  const compiled = (code: string): QuickJSHandle => {
    const made = context.evalCode(code, 'expression');
    if (!made.error) return made.value;
    using fault = made.error;
    throw bad(`"${expression}" is no JavaScript expression: ${(context.dump(fault) as Error).message}.`);
  };
  // Compiled alone first: `1) || (2` would fit into our brackets without being an expression.
  compiled(`"use strict"; () => (${expression}\n)`).dispose();
  const ask = compiled(asking(expression));

  const answer = (state: unknown): string => {
    using text = context.newString(JSON.stringify(state) ?? 'null');
    until = Date.now() + patience;
    const asked = context.callFunction(ask, context.undefined, text);
    if (asked.error) {
      using fault = asked.error;
      return thrown(context, fault);
    }
    using said = asked.value;
    return context.getString(said);
  };

  return (state, version) => {
    const said = answer(state);
    if (said === 'true' || said === 'false') return said === 'true';
    const what = said.slice(0, longest).replaceAll(/\s+/g, ' ');
    const advice = what.includes('cannot read property')
      ? ' Write ?. instead of . after what is not always there.'
      : '';
    throw bad(`With the state at version ${version} the expression ${what}.${advice}`);
  };
};
