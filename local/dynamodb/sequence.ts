/**
 * A place in a stream: 21 digits, the fewest that DynamoDB's sequence numbers have. The first 13 are the millisecond in
 * which the record was made, so that what is older than a day is a range; 8 more count within it.
 */
export type SequenceNumber = string;

export interface Sequence {
  /** Greater than every one before, even when the clock goes back. */
  next(): SequenceNumber;
  /** The greatest one that is in the database. */
  landed(): SequenceNumber;
  /** Declares all numbers given so far to be in the database. */
  land(): void;
}

const format = (millisecond: number, count: number): SequenceNumber =>
  String(millisecond).padStart(13, '0') + String(count).padStart(8, '0');

/** Before every record. */
export const zero: SequenceNumber = format(0, 0);

/** The first number that can be given at a time, in milliseconds since the epoch. */
export const sequenceAt = (millisecond: number): SequenceNumber => format(Math.max(0, millisecond), 0);

/** A sequence number that a caller sent, in the form in which it sorts; undefined when it is none. */
export const parseSequence = (text: string): SequenceNumber | undefined =>
  /^\d{1,40}$/.test(text) ? text.padStart(21, '0') : undefined;

/** Numbers that follow `last`, the greatest one that a database holds. */
export const createSequence = (last: SequenceNumber, now: () => number): Sequence => {
  let millisecond = Number(last.slice(0, 13));
  let count = Number(last.slice(13));
  let landed = last;
  return {
    next: () => {
      const time = Math.floor(now());
      if (time > millisecond) {
        millisecond = time;
        count = 0;
      } else {
        count += 1;
      }
      return format(millisecond, count);
    },
    landed: () => landed,
    land: () => {
      landed = format(millisecond, count);
    },
  };
};
