import type { Invoke, Say, Service } from '../aws.ts';
import type { Waits } from './closing.ts';

export interface Timing {
  /** The least time between two reads of a shard, in ms. AWS: 250, four a second at the base rate. */
  readonly streamPollMs: number;
  /** Whether a write is read at once (`onWrite`) instead of at the next regular read. */
  readonly wake: boolean;
}

/** What reading a source takes; one for each mapping. */
export interface Surroundings {
  readonly invoke: Invoke;
  /** An AWS call as the mapping's function. */
  readonly call: (service: Service, operation: string, input: Readonly<Record<string, unknown>>) => Promise<object>;
  readonly waits: Waits;
  /** Whether a batch that succeeded is delivered once more, as after a crash before its position was kept. */
  readonly again: () => boolean;
  readonly say: Say;
}

/** A source that is being read, until the mappings close. */
export interface Reading {
  /** Ends when the mappings have closed and nothing is left to write. */
  readonly ended: Promise<void>;
  /** Whether everything that was read is dealt with. */
  readonly idle: () => boolean;
}
