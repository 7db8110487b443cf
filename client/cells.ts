import type { Cell } from './types.ts';

export type MakeCell = <T>(initial: T) => Cell<T>;

export const plainCell: MakeCell = (initial) => ({ value: initial });

/** Those who want to know that something has changed. They are called one after the other, once for all changes of a moment. */
export const createListeners = () => {
  const all = new Set<() => void>();
  let due = false;
  return {
    subscribe: (listener: () => void) => {
      // The same function may subscribe twice: each time has its own end.
      const own = () => listener();
      all.add(own);
      return () => void all.delete(own);
    },
    tell: () => {
      if (due) return;
      due = true;
      queueMicrotask(() => {
        due = false;
        for (const listener of [...all]) listener();
      });
    },
  };
};
