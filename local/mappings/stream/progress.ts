import type { PendingRecord } from './records.ts';

/** How far a shard has been dealt with: up to the first record, in its order, that any lane still works on. */
export interface Progress {
  /** Records were read, in the shard's order. */
  readonly read: (records: readonly PendingRecord[]) => void;
  /** Records were processed or given up. */
  readonly settle: (records: readonly PendingRecord[]) => void;
  readonly unfinished: () => number;
  readonly unfinishedBytes: () => number;
  /** Resolves when what is to be written is written. */
  readonly written: () => Promise<void>;
}

/** @param write keeps a sequence number; a failure is for it to tell. Called again only when the call before is through. */
export const createProgress = (write: (sequence: string) => Promise<void>): Progress => {
  const unfinished: PendingRecord[] = [];
  let bytes = 0;
  let next: string | undefined;
  let writing: Promise<void> | undefined;

  /** Only the newest is worth writing: while one is written, those between are passed over. */
  const drain = async () => {
    while (next !== undefined) {
      const sequence = next;
      next = undefined;
      await write(sequence);
    }
    writing = undefined;
  };

  return {
    read: (records) => {
      for (const record of records) {
        unfinished.push(record);
        bytes += record.bytes;
      }
    },
    settle: (records) => {
      for (const record of records) record.done = true;
      const first = unfinished.findIndex((record) => !record.done);
      const through = unfinished.splice(0, first < 0 ? unfinished.length : first);
      for (const record of through) bytes -= record.bytes;
      next = through.at(-1)?.sequence ?? next;
      writing ??= drain();
    },
    unfinished: () => unfinished.length,
    unfinishedBytes: () => bytes,
    written: async () => writing,
  };
};
