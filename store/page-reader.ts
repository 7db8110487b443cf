import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Page } from '../domain/page.ts';
import { fromItem, type PageItem } from './pages.ts';

/** What a query asks for, beside the room. */
export interface PageQuery {
  /** Pages that begin at `first` to `last`, the oldest first unless `descending`. */
  readonly first: number;
  readonly last: number;
  readonly descending?: boolean;
  /** The most pages in the first answer. Each further answer may have four times as many, up to 500: 2, 8, 32, … */
  readonly limit?: number;
  /** The attributes that are wanted; all of a page without this. */
  readonly attributes?: readonly (keyof PageItem)[];
  /** Only pages of which this is true are sent. DynamoDB reads, and charges for, the others too. */
  readonly filter?: string;
  readonly values?: Readonly<Record<string, number>>;
}

/** One answer of DynamoDB's. */
export interface PageAnswer {
  /** Of each page what was asked for. */
  readonly items: readonly PageItem[];
  /** How many pages were read for it, sent or not. */
  readonly scanned: number;
}

/** The only reader of table `log`. Its reads are consistent. It reads on only while the caller iterates: leave the loop to stop. */
export interface PageReader {
  query(room: string, asked: PageQuery): AsyncGenerator<PageAnswer>;
  /** The pages that hold events `from` to `to`, ends included, the oldest first. */
  forwards(room: string, from: number, to: number): AsyncGenerator<Page>;
  /** The same pages, the newest first. Give a small `limit` if a few pages are likely to be enough. */
  backwards(room: string, from: number, to: number, limit?: number): AsyncGenerator<Page>;
}

/** Pages that one query asks for at most. An answer also ends at 1 MB (DynamoDB, "Query"), 500 pages of 2 KB. */
const mostPages = 500;

/**
 * The first `limit` of a search for a checkpoint. In most rooms every page is one, so the page of the wanted version will do,
 * or the page before it if that version is in the middle of a page.
 */
export const fewPages = 2;

/** A `seq` that no event reaches. */
export const newest: number = Number.MAX_SAFE_INTEGER;

/** Pages use names that DynamoDB reserves (`from`, `to`, `state`), so all are written `#from`. It refuses a name that no expression uses. */
const namesIn = (...expressions: readonly string[]): Record<string, string> =>
  Object.fromEntries([...expressions.join(' ').matchAll(/#(\w+)/g)].map(([place, name]) => [place, String(name)]));

const inputOf = (room: string, { first, last, descending = false, attributes, filter, values }: PageQuery) => {
  const range = 'room = :room AND #from BETWEEN :first AND :last';
  const projection = attributes?.map((name) => `#${name}`).join(', ');
  return {
    KeyConditionExpression: range,
    ...(projection && { ProjectionExpression: projection }),
    ...(filter && { FilterExpression: filter }),
    ExpressionAttributeNames: namesIn(range, projection ?? '', filter ?? ''),
    ExpressionAttributeValues: { ':room': room, ':first': first, ':last': last, ...values },
    ScanIndexForward: !descending,
    ConsistentRead: true,
  };
};

/** Who is told what happens while pages are read. */
export interface PageWatch {
  /** How many pages DynamoDB read, whether it sent them all or not. */
  readonly onRead?: (pages: number) => void;
  /** A page that can't be read: it is passed by, and says why. */
  readonly onUnreadable?: (page: Page) => void;
}

export const createPageReader = (
  client: DynamoDBDocumentClient,
  table: string,
  { onRead, onUnreadable }: PageWatch = {},
): PageReader => {
  async function* query(room: string, asked: PageQuery): AsyncGenerator<PageAnswer> {
    // DynamoDB rejects a range that ends before it begins.
    if (asked.last < asked.first) return;
    const input = { TableName: table, ...inputOf(room, asked) };
    let start: QueryCommandInput['ExclusiveStartKey'];
    let limit = asked.limit ?? mostPages;
    do {
      const from = start && { ExclusiveStartKey: start };
      const answer = await client.send(new QueryCommand({ ...input, ...from, Limit: limit }));
      const scanned = answer.ScannedCount ?? 0;
      onRead?.(scanned);
      yield { items: (answer.Items ?? []) as PageItem[], scanned };
      start = answer.LastEvaluatedKey;
      limit = Math.min(limit * 4, mostPages);
    } while (start);
  }

  async function* pages(room: string, asked: PageQuery): AsyncGenerator<Page> {
    for await (const { items } of query(room, asked)) for (const item of items) yield fromItem(item, onUnreadable);
  }

  /**
   * The page that holds an event, among those that begin at `last` or before. DynamoDB leaves a page that ends earlier unsent:
   * `tail`, which asks for the next event all the time, is not sent the last page again and again.
   */
  const holding = async (room: string, seq: number, last: number): Promise<Page | undefined> => {
    const filter = { filter: '#to >= :seq', values: { ':seq': seq } };
    const { value } = await query(room, { first: 1, last, descending: true, limit: 1, ...filter }).next();
    const item = (value as PageAnswer | undefined)?.items[0];
    return item && fromItem(item, onUnreadable);
  };

  return {
    query,
    forwards: async function* (room, from, to) {
      if (to < from) return;
      const opening = await holding(room, from, from);
      if (opening) yield opening;
      if ((opening?.to ?? 0) < to) yield* pages(room, { first: from + 1, last: to });
    },
    backwards: async function* (room, from, to, limit = mostPages) {
      if (to < from) return;
      let reached = newest;
      for await (const page of pages(room, { first: from, last: to, descending: true, limit })) {
        yield page;
        reached = page.from;
      }
      const opening = reached > from ? await holding(room, from, from - 1) : undefined;
      if (opening) yield opening;
    },
  };
};
