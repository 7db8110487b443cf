import type { Message } from './message.ts';

/** Those who wait for messages of one queue, the first come first. */
export interface Waiting {
  /** Resolves with the first messages that there are for it, or with none after so many ms or when the queue closes. */
  readonly wait: (take: () => readonly Message[], ms: number) => Promise<readonly Message[]>;
  /** Gives to those who wait what there is, now and when the time for more has come. */
  readonly serve: () => void;
  readonly close: () => void;
}

export interface WaitingOptions {
  /** Ms since 1970. */
  readonly now: () => number;
  /** When there may be more to receive, in ms since 1970. */
  readonly nextChange: () => number | undefined;
  /** Is called at that time, and has to call `serve`. */
  readonly due: () => void;
}

export const createWaiting = ({ now, nextChange, due }: WaitingOptions): Waiting => {
  const waiting = new Map<(messages: readonly Message[]) => void, () => readonly Message[]>();
  let timer: NodeJS.Timeout | undefined;

  const plan = () => {
    clearTimeout(timer);
    const at = waiting.size > 0 ? nextChange() : undefined;
    timer = at === undefined ? undefined : setTimeout(due, Math.max(1, at - now()));
  };

  return {
    wait: async (take, ms) => {
      const { promise, resolve } = Promise.withResolvers<readonly Message[]>();
      waiting.set(resolve, take);
      plan();
      const limit = setTimeout(resolve, ms, []);
      const messages = await promise;
      clearTimeout(limit);
      waiting.delete(resolve);
      plan();
      return messages;
    },
    serve: () => {
      for (const [resolve, take] of waiting) {
        const messages = take();
        if (messages.length === 0) break;
        waiting.delete(resolve);
        resolve(messages);
      }
      plan();
    },
    close: () => {
      for (const resolve of waiting.keys()) resolve([]);
      waiting.clear();
      plan();
    },
  };
};
