import type { Layer } from 'pulumi-local';

/** What something caused, in the units that AWS charges for. */
export interface Counts {
  /** WebSocket messages in and out, each begun 32 KB being one. */
  messages: number;
  /** Invocations of functions. */
  invocations: number;
  /** Write and read units of DynamoDB, as its engine counts them. */
  writes: number;
  reads: number;
  /** Bytes that go out of AWS. */
  bytes: number;
  /** Requests to the queue, each begun 64 KB being one: sent, received and deleted. */
  queue: number;
}

/** When AWS's price list for us-east-1 was read. */
export const pricesOf = '1 December 2026';

/** Dollars, us-east-1. Not in it: the time of functions, their logs, what is stored. */
export const prices: Readonly<Record<keyof Counts, number>> = {
  messages: 1 / 1e6,
  invocations: 0.2 / 1e6,
  writes: 0.625 / 1e6,
  reads: 0.125 / 1e6,
  bytes: 0.09 / 1e9,
  queue: 0.5 / 1e6,
};

export const dollars = (counts: Counts): number =>
  Object.entries(prices).reduce((sum, [unit, price]) => sum + price * counts[unit as keyof Counts], 0);

const begun = (bytes: number, size: number): number => Math.max(1, Math.ceil(bytes / size));

interface Capacity {
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number } | readonly { readonly CapacityUnits?: number }[];
}

const unitsOf = ({ ConsumedCapacity = [] }: Capacity): number =>
  [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);

const readings = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);

/** What event source mappings call in a function's name: nobody pays for reading streams, and what is received of the queue is in its price. */
const polls = new Set(['DescribeStream', 'GetShardIterator', 'GetRecords', 'ReceiveMessage', 'DeleteMessageBatch']);

/** Counts from zero on. */
export const createBill = () => {
  const counts: Counts = { messages: 0, invocations: 0, writes: 0, reads: 0, bytes: 0, queue: 0 };
  const posted = (text: string): void => {
    counts.bytes += Buffer.byteLength(text);
    counts.messages += begun(Buffer.byteLength(text), 32 * 1024);
  };
  /** Stands before the engines: what the handlers call is what they call on AWS. */
  const layer: Layer = async (call, next) => {
    if (polls.has(call.operation)) return next();
    if (call.service === 'execute-api') {
      if (call.operation === 'PostToConnection') posted(String(call.input.Data));
      return next();
    }
    if (call.service === 'sqs') {
      const { Entries = [] } = call.input as { Entries?: readonly { MessageBody: string }[] };
      const bytes = Entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
      if (Entries.length > 0) counts.queue += 3 * begun(bytes, 64 * 1024);
      return next();
    }
    Object.assign(call.input, { ReturnConsumedCapacity: 'TOTAL' });
    const answer = await next();
    counts[readings.has(call.operation) ? 'reads' : 'writes'] += unitsOf(answer as Capacity);
    return answer;
  };
  return {
    counts,
    layer,
    /** A message that a client sends, which invokes a function; or one that it is sent. */
    received: (text: string) => {
      counts.messages += begun(Buffer.byteLength(text), 32 * 1024);
      counts.invocations += 1;
    },
    posted,
    invoked: (times = 1) => {
      counts.invocations += times;
    },
  };
};
