import fc from 'fast-check';
import { inject, vi } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** What all chance of a run follows from. `SEED` in the environment repeats it. */
    readonly seed: number;
  }
}

fc.configureGlobal({ seed: inject('seed') });

const { waitFor } = vi;
/** Half a minute instead of a second: what comes late on a busy machine comes all the same. */
vi.waitFor = (condition, options = 30_000) => waitFor(condition, options);
