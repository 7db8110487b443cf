import { ReplayError } from '../../../replay/errors.ts';
import type { Answered, Asked, CallName, Calls, Chunks, Source } from './messages.ts';

/** A call of which there is nothing to hear before its answer. */
type Plain = Exclude<CallName, keyof Chunks>;

/** Reads histories in a worker. What it throws in there is thrown here. */
export type Reader = {
  readonly [Call in Plain]: (...args: Parameters<Calls[Call]>) => Promise<ReturnType<Calls[Call]>>;
} & {
  readonly [Call in keyof Chunks]: (
    args: Parameters<Calls[Call]>,
    onChunk: (chunk: Chunks[Call]) => void,
    unwanted: AbortSignal,
  ) => Promise<void>;
} & {
  /**
   * A question that may take long, or never end, by another worker: ends with it. Rejects with the signal's reason once it is aborted.
   */
  ask<Call extends Plain>(
    signal: AbortSignal,
    call: Call,
    ...args: Parameters<Calls[Call]>
  ): Promise<ReturnType<Calls[Call]>>;
};

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: Error) => void;
  readonly onChunk?: (chunk: never) => void;
}

/** Talks to a worker. */
const talk = (worker: Worker) => {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<Answered>) => {
    const asked = waiting.get(data.id);
    if ('chunk' in data) {
      asked?.onChunk?.(data.chunk as never);
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
  return {
    ask: (call: CallName, args: readonly unknown[], onChunk?: Waiting['onChunk']) => {
      last += 1;
      const id = last;
      const answer = new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject, ...(onChunk && { onChunk }) });
      });
      send({ id, call, args });
      return { answer, giveUp: () => send({ id, call: 'give up' }) };
    },
  };
};

/** `start`: a worker that runs `worker.ts`. */
export const createReader = (start: () => Worker): Reader => {
  const main = talk(start());
  let opened: Source | undefined;
  const asking =
    <Call extends Plain>(call: Call) =>
    (...args: Parameters<Calls[Call]>) =>
      main.ask(call, args).answer as Promise<ReturnType<Calls[Call]>>;
  const telling =
    <Call extends keyof Chunks>(call: Call) =>
    async (args: Parameters<Calls[Call]>, onChunk: (chunk: Chunks[Call]) => void, unwanted: AbortSignal) => {
      const { answer, giveUp } = main.ask(call, args, (chunk: Chunks[Call]) => {
        if (!unwanted.aborted) onChunk(chunk);
      });
      unwanted.addEventListener('abort', giveUp, { once: true });
      await answer;
    };

  return {
    source: async (source) => {
      const found = (await main.ask('source', [source]).answer) as ReturnType<Calls['source']>;
      opened = source;
      return found;
    },
    rooms: asking('rooms'),
    room: asking('room'),
    version: asking('version'),
    moment: asking('moment'),
    events: asking('events'),
    change: asking('change'),
    bisect: asking('bisect'),
    test: asking('test'),
    saw: asking('saw'),
    exported: asking('exported'),
    fork: asking('fork'),
    scan: telling('scan'),
    search: telling('search'),
    ask: async (signal, call, ...args) => {
      const worker = start();
      const ended = new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
      );
      try {
        const { ask } = talk(worker);
        await Promise.race([ended, ask('source', [opened]).answer]);
        return (await Promise.race([ended, ask(call, args).answer])) as ReturnType<Calls[typeof call]>;
      } finally {
        worker.terminate();
      }
    },
  };
};
