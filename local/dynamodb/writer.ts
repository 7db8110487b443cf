import type { Level, Operation } from 'dynalite/db/index.js';

/** Writes what it is given, all of a write or nothing of it, in the order in which it was given. */
export interface Writer {
  /**
   * `operations` is asked when the write's turn has come: what it numbers then lands in the order of the numbers.
   * Resolves when the write is in the database.
   */
  write(operations: () => Operation[]): Promise<void>;
  /** Resolves when nothing is left to write. */
  idle(): Promise<void>;
}

interface PendingWrite {
  readonly operations: () => Operation[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One batch is on its way at a time, and all that comes meanwhile shares the next one. So no reader of a stream ever
 * sees a record before one with a lower number, and a busy table pays for few batches.
 * `landed` is called after each batch.
 */
export const createWriter = (db: Level, landed: () => void): Writer => {
  let pending: PendingWrite[] = [];
  let running: Promise<void> | undefined;

  const writeRound = async (round: readonly PendingWrite[]) => {
    try {
      await db.batch(round.flatMap((each) => each.operations()));
    } catch (error) {
      for (const each of round) each.reject(error);
      return;
    }
    landed();
    for (const each of round) each.resolve();
  };

  const run = async () => {
    while (pending.length > 0) {
      const round = pending;
      pending = [];
      await writeRound(round);
    }
    running = undefined;
  };

  return {
    write: (operations) =>
      new Promise((resolve, reject) => {
        pending.push({ operations, resolve, reject });
        running ??= Promise.resolve().then(run);
      }),
    idle: () => running ?? Promise.resolve(),
  };
};
