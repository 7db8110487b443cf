/** How often each operation was called, by the name of the function that called, as the local runtime counts. */
export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** One operation of one function. */
export interface CallCount {
  readonly caller: string;
  readonly operation: string;
  readonly count: number;
}

/** What the event source mappings call in a function's name. They poll, so their number depends on time and not on work: left out. */
const polls: ReadonlySet<string> = new Set(['DescribeStream', 'GetShardIterator', 'GetRecords', 'ReceiveMessage']);

export const isPoll = ({ operation }: CallCount): boolean => polls.has(operation);

/** The operations that read a table. */
const reads: ReadonlySet<string> = new Set(['GetItem', 'BatchGetItem', 'TransactGetItems', 'Query', 'Scan']);

/** The operations that write to one. */
const writes: ReadonlySet<string> = new Set([
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
  'TransactWriteItems',
]);

export const isPost = ({ operation }: Pick<CallCount, 'operation'>): boolean => operation === 'PostToConnection';
export const isRead = ({ operation }: CallCount): boolean => reads.has(operation);
export const isWrite = ({ operation }: CallCount): boolean => writes.has(operation);

/** What was called between two counts, by functions: the calls of the bench's own, the operator's, are left out. */
export const callsBetween = (before: Counts, after: Counts): readonly CallCount[] =>
  Object.entries(after)
    .filter(([caller]) => caller !== 'operator')
    .flatMap(([caller, operations]) =>
      Object.entries(operations).map(([operation, count]) => ({
        caller,
        operation,
        count: count - (before[caller]?.[operation] ?? 0),
      })),
    )
    .filter(({ count }) => count > 0);

/** The sum of those calls that pass. */
export const total = (calls: readonly CallCount[], passes: (call: CallCount) => boolean): number =>
  calls.filter(passes).reduce((sum, { count }) => sum + count, 0);
