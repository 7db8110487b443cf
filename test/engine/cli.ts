import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of Pulumi's CLI, or why there is none. */
    readonly pulumi: { readonly folder: string } | { readonly missing: string };
  }
}

/** Before the first test. */
export const setup = async ({ provide }: TestProject): Promise<void> => {
  try {
    const { stdout } = await promisify(execFile)(join(import.meta.dirname, '../../.ci/pulumi'), ['find']);
    provide('pulumi', { folder: stdout.trim() });
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    const missing = said || String(cause);
    console.warn(`test/engine is skipped. ${missing}`);
    provide('pulumi', { missing });
  }
};
