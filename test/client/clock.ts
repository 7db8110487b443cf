import type { Clock } from 'foldcast-client';

/** A clock that is told the time. */
export const createClock = () => {
  let now = 1_700_000_000_000;
  let count = 0;
  const due = new Map<number, { readonly at: number; readonly work: () => void }>();
  const clock: Clock = {
    now: () => now,
    after: (ms, work) => {
      const id = ++count;
      due.set(id, { at: now + Math.max(0, ms), work });
      return () => void due.delete(id);
    },
  };
  /** What promises have to do is done. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 12; turn += 1) await null;
  };
  return {
    clock,
    settle,
    /** Goes on by so many milliseconds, from one thing that is due to the next. */
    pass: async (ms: number): Promise<void> => {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = [...due].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
        if (!next) break;
        const [id, { at, work }] = next;
        due.delete(id);
        now = Math.max(now, at);
        work();
        await settle();
      }
      now = end;
    },
  };
};
