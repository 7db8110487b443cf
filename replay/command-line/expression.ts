import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Predicate } from '../bisect.ts';
import type { Answered } from './asking.ts';
import { BadInput } from './bad-input.ts';

/** How long a thread may take to say something, in ms: to start; and after the second that an expression has. */
const [startPatience, patience] = [30_000, 3_000];

/** A question about states. `await using` ends the thread that answers it. */
export interface Expression extends AsyncDisposable {
  readonly predicate: Predicate<unknown>;
}

/**
 * Makes a predicate of a JavaScript expression, as `replay/expression.ts` does, in a thread of its own: there are expressions that its engine
 * does not interrupt. Throws `BadInput` for what is no expression, and where it throws or does not end.
 */
export const openExpression = async (expression: string): Promise<Expression> => {
  const thread = new Worker(new URL('./asking.ts', import.meta.url), { workerData: expression });
  const answer = async (limit: number, otherwise: string): Promise<boolean> => {
    let said: Answered;
    try {
      [said] = (await once(thread, 'message', { signal: AbortSignal.timeout(limit) })) as [Answered];
    } catch (cause) {
      await thread.terminate();
      throw new BadInput(otherwise, { cause });
    }
    if ('answer' in said) return said.answer;
    throw new BadInput(said.sentence);
  };
  const end = async (): Promise<void> => void (await thread.terminate());
  try {
    await answer(startPatience, 'The thread for the expression does not start.');
  } catch (cause) {
    await end();
    throw cause;
  }
  return {
    predicate: (state, version) => {
      thread.postMessage([state, version]);
      return answer(
        patience,
        `With the state at version ${version} the expression gives no answer: it takes too long.`,
      );
    },
    [Symbol.asyncDispose]: end,
  };
};
