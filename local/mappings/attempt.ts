import type { Invoke } from '../aws.ts';
import { Closed, type Waits } from './closing.ts';
import { reportedFailures } from './failures.ts';

/**
 * What came of one invocation with a batch. `processed`: the ids that failed, if any. `failed`: the function did, with all
 * of them. `refused`: it did not run, for instance because it was throttled.
 */
export type Outcome =
  | { readonly kind: 'processed'; readonly failures: ReadonlySet<string> }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

interface Attempt {
  readonly invoke: Invoke;
  readonly waits: Waits;
  readonly functionArn: string;
  readonly partialFailures: boolean;
  readonly records: readonly object[];
  /** By which the function may report a record as failed; in the order of `records`. */
  readonly ids: readonly string[];
}

/** Invokes a function with a batch. Rejects with `Closed` only. */
export const attempt = async ({
  invoke,
  waits,
  functionArn,
  partialFailures,
  records,
  ids,
}: Attempt): Promise<Outcome> => {
  try {
    const result = await waits.on(invoke(functionArn, { Records: records }));
    if (!result.ok) return { kind: 'failed', reason: `${result.errorType}: ${result.errorMessage}` };
    return { kind: 'processed', failures: partialFailures ? reportedFailures(result.value, ids) : new Set() };
  } catch (error) {
    if (error instanceof Closed) throw error;
    return { kind: 'refused', reason: String(error) };
  }
};
