import type { MessageAttributes } from '../messageAttributes.ts';

/** A message of a FIFO queue. Times are in ms since 1970. */
export interface Message {
  readonly id: string;
  readonly group: string;
  readonly deduplication: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly sent: number;
  /** Its place: greater than that of every message sent to the queue before it. */
  readonly sequence: number;
  /** ARN of the queue that it was given up in. */
  readonly source: string | undefined;
  received: number;
  firstReceived: number | undefined;
  /** Set while it is in flight: what the receiver deletes it by, and when it can be received again. */
  flight: Flight | undefined;
}

export interface Flight {
  readonly handle: string;
  readonly until: number;
}

/** As AWS shows it: 20 digits. */
export const shownSequence = (sequence: number): string => String(sequence).padStart(20, '0');
