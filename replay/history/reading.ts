import { type DynamoDBDocumentClient, paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Page } from '../../domain/page.ts';
import { fromItem, type PageItem } from '../../store/pages.ts';
import type { Checkpoint, CheckpointMark, Extent, PageRange, Stretch } from '../log.ts';

/** How much of table `log` a room has. */
export interface LogSize {
  readonly pages: number;
  /** Of all events, in bytes of JSON. */
  readonly bytes: number;
}

/** Reads table `log` a page at a time, for those who look at history. All reads are consistent. */
export interface LogReader {
  extent(room: string): Promise<Extent | undefined>;
  /** The first page and the last, twice the same where there is but one; none of a room without pages. */
  edges(room: string): Promise<readonly Page[]>;
  pages(room: string, range?: PageRange): AsyncIterable<Page>;
  checkpoint(room: string, version: number): Promise<Checkpoint | undefined>;
  checkpoints(room: string, stretch?: Stretch): AsyncIterable<CheckpointMark>;
  /** DynamoDB reads, and charges for, the room's whole log. */
  size(room: string): Promise<LogSize>;
}

const newest = Number.MAX_SAFE_INTEGER;
const names = { '#from': 'from' };
const place = { ...names, '#to': 'to', '#bytes': 'bytes' };
const marks = { ...place, '#at': 'at', '#state': 'state' };

/** Where a page is. */
type Place = Pick<PageItem, 'from' | 'to' | 'bytes'>;

/** Pages asked for at once when the room is read from one end to the other: an answer has 1 MB at most. */
const manyPages = 500;

/** `onRead` is told how many pages DynamoDB read, whether it sent them all or not. */
export const createLogReader = (
  client: DynamoDBDocumentClient,
  table: string,
  onRead: (pages: number) => void = () => {},
): LogReader => {
  const between = (room: string, first: number, last: number) => ({
    TableName: table,
    KeyConditionExpression: 'room = :room AND #from BETWEEN :first AND :last',
    ExpressionAttributeValues: { ':room': room, ':first': first, ':last': last },
    ConsistentRead: true,
  });

  /** The first page of a room, or the last that begins at or before `last`: its place and size alone. */
  const edge = async (room: string, last: number, forward: boolean): Promise<Place | undefined> => {
    const query = {
      ...between(room, 1, last),
      ProjectionExpression: '#from, #to, #bytes',
      ExpressionAttributeNames: place,
      ScanIndexForward: forward,
      Limit: 1,
    };
    const { Items } = await client.send(new QueryCommand(query));
    onRead(Items?.length ?? 0);
    return Items?.[0] as Place | undefined;
  };

  /** The first page of a range, or the last, if it ends at or after `least`. */
  const whole = async (range: ReturnType<typeof between>, forward: boolean, least = 0): Promise<Page | undefined> => {
    const query = {
      ...range,
      ExpressionAttributeNames: { ...names, '#to': 'to' },
      ExpressionAttributeValues: { ...range.ExpressionAttributeValues, ':least': least },
      FilterExpression: '#to >= :least',
      ScanIndexForward: forward,
      Limit: 1,
    };
    const { Items, ScannedCount = 0 } = await client.send(new QueryCommand(query));
    onRead(ScannedCount);
    const item = Items?.[0];
    return item && fromItem(item as PageItem);
  };

  /** Checkpoints without their states, and how many pages lie among them. */
  async function* markPages(room: string, { from = 1, to = newest }: Stretch) {
    // The page that `from` is in begins before it.
    const first = (await edge(room, from, false))?.from ?? 1;
    const query = {
      ...between(room, first, to),
      ProjectionExpression: '#from, #to, #bytes, #at',
      ExpressionAttributeNames: marks,
      FilterExpression: 'attribute_exists(#state)',
    };
    for await (const { Items, ScannedCount = 0 } of paginateQuery({ client }, query)) {
      onRead(ScannedCount);
      const found = (Items ?? []) as Pick<PageItem, 'from' | 'to' | 'bytes' | 'at'>[];
      const inside = found.filter((item) => item.to >= from && item.to <= to);
      yield { scanned: ScannedCount, marks: inside.map((item) => ({ ...item, version: item.to })) };
    }
  }

  return {
    extent: async (room) => {
      const [first, last] = [await edge(room, newest, true), await edge(room, newest, false)];
      return first && last && { first: first.from, last: last.to };
    },

    edges: async (room) => {
      const last = await whole(between(room, 1, newest), false);
      const first = last && last.from > 1 ? await whole(between(room, 1, newest), true) : last;
      return first && last ? [first, last] : [];
    },

    async *pages(room, { from = 1, to = newest, descending = false } = {}) {
      // The page that `from` is in begins before it. It is sent only if it is: whoever waits for the next has the last one.
      const opening = descending || from <= 1 ? undefined : await whole(between(room, 1, from), false, from);
      if (opening) yield opening;
      const [first, last] = [descending || from <= 1 ? 1 : from + 1, to];
      if (first > last || (opening && opening.to >= to)) return;
      const query = { ...between(room, first, last), ExpressionAttributeNames: names, ScanIndexForward: !descending };
      // Descending is for whoever wants the newest few.
      const pageSize = descending ? 8 : manyPages;
      for await (const { Items } of paginateQuery({ client, pageSize }, query))
        for (const item of Items ?? []) {
          onRead(1);
          const page = fromItem(item as PageItem);
          if (page.to < from) return;
          yield page;
        }
    },

    checkpoint: async (room, version) => {
      // The page that holds `version` ends at or after it: the wanted one is most often this or the next.
      let start: Record<string, unknown> | undefined;
      for (let limit = 2; ; limit = Math.min(limit * 4, manyPages)) {
        const { Items, ScannedCount, LastEvaluatedKey } = await client.send(
          new QueryCommand({
            ...between(room, 1, version),
            ProjectionExpression: '#from, #to, #bytes, #at, #state',
            ExpressionAttributeNames: marks,
            ScanIndexForward: false,
            Limit: limit,
            ...(start && { ExclusiveStartKey: start }),
          }),
        );
        onRead(ScannedCount ?? 0);
        const items = (Items ?? []) as Omit<PageItem, 'room' | 'events'>[];
        const found = items.find((item) => item.state !== undefined && item.to <= version);
        if (found?.state !== undefined) {
          const { from, to, bytes, at, state } = found;
          return { from, version: to, bytes, at, state: JSON.parse(state) as unknown };
        }
        if (!LastEvaluatedKey) return undefined;
        start = LastEvaluatedKey;
      }
    },

    async *checkpoints(room, stretch = {}) {
      for await (const page of markPages(room, stretch))
        for (const { from, version, bytes, at } of page.marks) yield { from, version, bytes, at };
    },

    size: async (room) => {
      // A checkpoint's `bytes` are all events since the one before it; those after the last one are in the last page's.
      let [pages, bytes, last] = [0, 0, 0];
      for await (const found of markPages(room, {})) {
        pages += found.scanned;
        for (const mark of found.marks) [bytes, last] = [bytes + mark.bytes, mark.version];
      }
      const end = await edge(room, newest, false);
      if (end && end.to > last) bytes += end.bytes;
      return { pages, bytes };
    },
  };
};
