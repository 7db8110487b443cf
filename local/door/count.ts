import type { Layer } from './door.ts';

/** How often each operation was called, by caller: a function's name or `operator`. */
export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Counts calls that reach it. */
export const createCount = (): { readonly layer: Layer; readonly counts: () => Counts } => {
  const byCaller = new Map<string, Map<string, number>>();
  return {
    layer: ({ caller, operation }, next) => {
      const name = caller.kind === 'function' ? caller.name : 'operator';
      const own = byCaller.get(name) ?? new Map<string, number>();
      byCaller.set(name, own.set(operation, (own.get(operation) ?? 0) + 1));
      return next();
    },
    counts: () => Object.fromEntries([...byCaller].map(([name, own]) => [name, Object.fromEntries(own)])),
  };
};
