import { type Counts, prices } from './bill.ts';

/** What is used in a month, of 30 days. */
export interface Usage {
  readonly rooms: number;
  /** Members of each room, day and night. */
  readonly members: number;
  /** Actions a minute in each room. */
  readonly actions: number;
}

const minutes = 30 * 24 * 60;

/** Dollars for a minute of a connection. */
const connectionMinute = 0.25 / 1e6;
/** A client says something at least every four minutes, and is answered; each is a message, the first an invocation. */
const pings: Counts = { messages: 2, invocations: 1, writes: 0, reads: 0, bytes: 15, queue: 0 };
const pingMinutes = 4;
/** A connection lasts two hours: then the client joins anew. */
const visitMinutes = 110;

/** Dollars a month, by what they are for. */
export interface Bill {
  readonly 'WebSocket messages': number;
  readonly connections: number;
  readonly Lambda: number;
  readonly DynamoDB: number;
  readonly SQS: number;
  readonly 'bytes out': number;
}

/** What a month costs, given what one action and one visit cause. */
export const monthly = (
  { action, visit }: { readonly action: Counts; readonly visit: Counts },
  { rooms, members, actions }: Usage,
): Bill => {
  const times: readonly (readonly [Counts, number])[] = [
    [action, rooms * actions * minutes],
    [visit, (rooms * members * minutes) / visitMinutes],
    [pings, (rooms * members * minutes) / pingMinutes],
  ];
  const of = (...units: readonly (keyof Counts)[]): number =>
    units.reduce(
      (sum, unit) => sum + times.reduce((all, [counts, count]) => all + counts[unit] * count, 0) * prices[unit],
      0,
    );
  return {
    'WebSocket messages': of('messages'),
    connections: rooms * members * minutes * connectionMinute,
    Lambda: of('invocations'),
    DynamoDB: of('writes', 'reads'),
    SQS: of('queue'),
    'bytes out': of('bytes'),
  };
};

export const total = (bill: Bill): number => Object.values(bill).reduce((sum, each) => sum + each, 0);
