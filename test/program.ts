import { join } from 'node:path';
import { type Graph, readGraph } from 'pulumi-local';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** This project's program, read and bundled once for all that run it. */
    readonly program: Graph;
  }
}

/** Before the first test. */
export const setup = async ({ provide }: TestProject): Promise<void> => {
  provide('program', await readGraph({ project: join(import.meta.dirname, '..'), stack: 'dev', port: 3000 }));
};
