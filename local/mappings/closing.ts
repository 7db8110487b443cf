import { setTimeout as timer } from 'node:timers/promises';

/** The mappings are closed: what was being waited for is of no interest any more. */
export class Closed extends Error {
  override readonly name = 'Closed';
}

/** Waits that end at once, with `Closed`, when the mappings close. What was waited for is then left to itself. */
export interface Waits {
  readonly closed: () => boolean;
  readonly on: <T>(work: Promise<T>) => Promise<T>;
  readonly pause: (ms: number) => Promise<void>;
}

export const waitsUntil = (signal: AbortSignal): Waits => {
  const on = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const close = () => reject(new Closed());
      if (signal.aborted) close();
      signal.addEventListener('abort', close, { once: true });
      const done = () => signal.removeEventListener('abort', close);
      work.then(
        (value) => {
          done();
          resolve(value);
        },
        (error) => {
          done();
          reject(error);
        },
      );
    });
  const pause = (ms: number) =>
    timer(ms, undefined, { signal }).catch(() => {
      throw new Closed();
    });
  return { closed: () => signal.aborted, on, pause };
};

/** Runs a poller until it ends or the mappings close. */
export const untilClosed = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Closed)) throw error;
  }
};
