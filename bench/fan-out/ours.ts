import { type Runtime, startRuntime } from '../runtime.ts';
import { onRuntime } from './on-runtime.ts';
import type { System } from './system.ts';

/** foldcast's own counter, on a local runtime as `npm start` runs it. */
export const startOurs = async (): Promise<System & { readonly runtime: Runtime }> => {
  const runtime = await startRuntime();
  return { ...onRuntime(runtime), title: 'foldcast', runtime };
};
