import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';

/** Where a room stands, as its head or its last page says. */
export interface End {
  /** The `seq` of its last event. */
  readonly seq: number;
  /** Empty where it is from before there were epochs. */
  readonly epoch: string;
}

type Read = (item: Readonly<Record<string, unknown>>) => End;

/** Readers at once, each of a part of the table. */
const segments = 8;

const endsOf = async (
  client: DynamoDBDocumentClient,
  table: string,
  attributes: readonly string[],
  read: Read,
): Promise<ReadonlyMap<string, End>> => {
  const ends = new Map<string, End>();
  const names = Object.fromEntries(attributes.map((name) => [`#${name}`, name]));
  const scan = async (Segment: number): Promise<void> => {
    const pages = paginateScan(
      { client },
      {
        TableName: table,
        Segment,
        TotalSegments: segments,
        ProjectionExpression: Object.keys(names).join(', '),
        ExpressionAttributeNames: names,
      },
    );
    for await (const { Items } of pages)
      for (const item of Items ?? []) {
        const [room, end] = [String(item.room), read(item)];
        if ((ends.get(room)?.seq ?? -1) < end.seq) ends.set(room, end);
      }
  };
  await Promise.all(Array.from({ length: segments }, (_, segment) => scan(segment)));
  return ends;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Where the log of each room ends. It reads the whole table: what DynamoDB charges for that is in docs/restore.md. */
export const logEnds = (client: DynamoDBDocumentClient, table: string): Promise<ReadonlyMap<string, End>> =>
  endsOf(client, table, ['room', 'to', 'epoch'], ({ to, epoch }) => ({ seq: Number(to), epoch: text(epoch) }));

/** Where each head stands. */
export const headEnds = (client: DynamoDBDocumentClient, table: string): Promise<ReadonlyMap<string, End>> =>
  endsOf(client, table, ['room', 'seq', 'epoch'], ({ seq, epoch }) => ({ seq: Number(seq ?? 0), epoch: text(epoch) }));
