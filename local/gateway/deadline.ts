/** The work took longer than it may. It may still end; nobody waits for it. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/** Waits for work, but not for longer than the deadline's limit: then rejects with TimedOut. */
export type Deadline = <T>(work: Promise<T>) => Promise<T>;

interface Waiting {
  readonly due: number;
  readonly expire: () => void;
}

/**
 * One time limit for much work at once, with one timer: as the limit is the same for all, the oldest is due first, so
 * the timer runs for that one and work that ends in time costs no timer at all.
 * @param limit milliseconds
 */
export const createDeadline = (limit: number): Deadline => {
  const waiting = new Set<Waiting>();
  let timer: NodeJS.Timeout | undefined;
  const arm = (wait: number): void => {
    timer = setTimeout(expireDue, Math.ceil(wait));
    timer.unref();
  };
  const expireDue = (): void => {
    timer = undefined;
    const now = performance.now();
    for (const one of waiting) {
      if (one.due > now) {
        arm(one.due - now);
        return;
      }
      waiting.delete(one);
      one.expire();
    }
  };
  return (work) =>
    new Promise((resolve, reject) => {
      const one: Waiting = {
        due: performance.now() + limit,
        expire: () => reject(new TimedOut(`no answer within ${limit} ms`)),
      };
      waiting.add(one);
      if (timer === undefined) arm(limit);
      work.then(resolve, reject).finally(() => waiting.delete(one));
    });
};
