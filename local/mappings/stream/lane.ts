import { untilClosed, type Waits } from '../closing.ts';
import { batchLength } from '../payload.ts';
import type { PendingRecord } from './records.ts';

/** How often a lane looks whether its batch has filled within the window, in ms. */
const look = 10;

interface LaneOptions {
  readonly batchSize: number;
  readonly windowMs: number;
  readonly waits: Waits;
  /** Resolves when each record of a batch has been processed or given up. */
  readonly deliver: (batch: readonly PendingRecord[]) => Promise<void>;
}

/**
 * One batch after the other, in order. What comes while a batch is worked on makes the next one, so batches grow with the
 * load. Gives the function that adds a record.
 */
export const createLane = ({ batchSize, windowMs, waits, deliver }: LaneOptions): ((record: PendingRecord) => void) => {
  const queue: PendingRecord[] = [];
  let running = false;

  const filled = async () => {
    const until = (queue[0]?.readAt ?? 0) + windowMs;
    const full = () => queue.length >= batchSize || batchLength(queue, batchSize) < queue.length;
    while (!full() && Date.now() < until) await waits.pause(Math.min(look, until - Date.now()));
  };
  const run = async () => {
    while (queue.length > 0) {
      if (windowMs > 0) await filled();
      await deliver(queue.splice(0, batchLength(queue, batchSize)));
    }
    running = false;
  };
  return (record) => {
    queue.push(record);
    if (running) return;
    running = true;
    // In a turn of its own, so that all records of one read can be in the first batch.
    setImmediate(() => void untilClosed(run));
  };
};
