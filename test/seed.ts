import fc from 'fast-check';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** What all chance of a run follows from. `SEED` in the environment repeats it. */
    readonly seed: number;
  }
}

fc.configureGlobal({ seed: inject('seed') });
