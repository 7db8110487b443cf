import { get, set } from 'idb-keyval';
import type { Keep, Kept } from './types.ts';

/** Keeps unanswered actions in the browser's IndexedDB, over a reload and a crash. `name`: of the app, one for each that shares an origin. */
export const idbKeep = (name: string): Keep => ({
  load: async () => (await get<readonly Kept[]>(`foldcast:${name}`)) ?? [],
  save: (actions) => set(`foldcast:${name}`, actions),
});
