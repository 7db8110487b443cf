import { Line } from './line.ts';

/** A message that was sent, for those who send it again. */
export interface Original {
  readonly id: string;
  readonly sequence: number;
  /** When it was sent, in ms since 1970. */
  readonly sent: number;
}

/** How long a message with the same id is a duplicate, in ms. Source: SQS developer guide, "Exactly-once processing". */
export const deduplicationMs = 5 * 60 * 1000;

/** What was sent in the last five minutes, deleted or not. */
export interface Duplicates {
  readonly originalOf: (key: string, now: number) => Original | undefined;
  readonly remember: (key: string, original: Original) => void;
}

export const createDuplicates = (): Duplicates => {
  const originals = new Map<string, Original>();
  const line = new Line<{ readonly key: string; readonly original: Original }>();
  const isOver = ({ sent }: Original, now: number) => sent + deduplicationMs <= now;
  return {
    originalOf: (key, now) => {
      for (let first = line.first; first && isOver(first.original, now); first = line.first) {
        line.shift();
        originals.delete(first.key);
      }
      return originals.get(key);
    },
    remember: (key, { id, sequence, sent }) => {
      // Without the body, which may be large and long deleted.
      const original = { id, sequence, sent };
      originals.set(key, original);
      line.push({ key, original });
    },
  };
};
