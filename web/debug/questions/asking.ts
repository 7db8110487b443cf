import { sentence } from '../notices.ts';

/** Questions that take a while: one at a time, and each can be stopped. */
export interface Asking {
  /** Asks, and gives up what was asked before. `undefined`: somebody asked something else, or stopped it. Rejects as the question does. */
  ask<Answer>(question: (signal: AbortSignal) => Promise<Answer>): Promise<{ readonly answer: Answer } | undefined>;
  stop(): void;
}

/** `onBusy`: told of whether something is asked. */
export const createAsking = (onBusy: (busy: boolean) => void): Asking => {
  let asked: AbortController | undefined;
  const stop = (): void => {
    asked?.abort();
    asked = undefined;
    onBusy(false);
  };
  return {
    stop,
    ask: async (question) => {
      stop();
      const mine = new AbortController();
      asked = mine;
      onBusy(true);
      try {
        const answer = await question(mine.signal);
        return asked === mine ? { answer } : undefined;
      } catch (cause) {
        if (asked === mine) throw new Error(sentence(cause), { cause });
        return undefined;
      } finally {
        if (asked === mine) stop();
      }
    },
  };
};
