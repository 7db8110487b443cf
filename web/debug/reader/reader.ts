import { ReplayError } from '../../../replay/errors.ts';
import type { Answered, Asked, CallName, Calls, Chunk } from './messages.ts';

/** The history, as the page reads it: in the worker. Every call rejects with a sentence; `ReplayError` where it is one. */
export type Reader = {
  readonly [Call in Exclude<CallName, 'scan'>]: (...args: Parameters<Calls[Call]>) => Promise<ReturnType<Calls[Call]>>;
} & {
  /** Resolves when the whole log was read, or nobody wants it any more. */
  scan(room: string, from: number, onChunk: (chunk: Chunk) => void, unwanted: AbortSignal): Promise<void>;
};

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: Error) => void;
  readonly onChunk?: (chunk: Chunk) => void;
}

export const createReader = (worker: Worker): Reader => {
  const waiting = new Map<number, Waiting>();
  let last = 0;

  worker.addEventListener('message', ({ data }: MessageEvent<Answered>) => {
    const asked = waiting.get(data.id);
    if ('chunk' in data) {
      asked?.onChunk?.(data.chunk);
      return;
    }
    waiting.delete(data.id);
    if ('value' in data) asked?.resolve(data.value);
    else {
      const { message, fault } = data.error;
      asked?.reject(fault ? new ReplayError(fault, message) : new Error(message));
    }
  });

  const send = (message: Asked): void => worker.postMessage(message);
  const ask = (call: CallName, args: readonly unknown[], onChunk?: (chunk: Chunk) => void) => {
    last += 1;
    const id = last;
    const answer = new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject, ...(onChunk && { onChunk }) });
    });
    send({ id, call, args });
    return { id, answer };
  };
  const asking =
    <Call extends CallName>(call: Call) =>
    (...args: Parameters<Calls[Call]>) =>
      ask(call, args).answer as Promise<ReturnType<Calls[Call]>>;

  return {
    source: asking('source'),
    rooms: asking('rooms'),
    room: asking('room'),
    version: asking('version'),
    moment: asking('moment'),
    scan: async (room, from, onChunk, unwanted) => {
      const { id, answer } = ask('scan', [room, from], (chunk) => {
        if (!unwanted.aborted) onChunk(chunk);
      });
      unwanted.addEventListener('abort', () => send({ id, call: 'give up' }), { once: true });
      await answer;
    },
  };
};
