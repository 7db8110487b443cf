import { type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { refold } from '../domain/fold.ts';
import type { Kind } from '../domain/kind.ts';
import { after, beginning, type Latest, type Page } from '../domain/page.ts';
import { fromItem, type PageItem, toItem } from './pages.ts';

/** Table `log`: the pages of all rooms. */
export interface Log {
  /** Where a room stands: its newest checkpoint, and the pages after it folded onto it. A consistent read. */
  latest<State>(room: string, kind: Kind<State>): Promise<Latest<State>>;
  /** Writes a page. `false` if another fold wrote one in its place first: load the room again and fold again. */
  commit(page: Page): Promise<boolean>;
  /** The pages that hold events `from` to `to`, ends included, in order. */
  pages(room: string, from: number, to: number): Promise<readonly Page[]>;
  /** The same pages, the newest first. They are read while they are taken: whoever has enough stops. */
  pagesBack(room: string, from: number, to: number): AsyncGenerator<Page>;
  /** The page that holds an event; `undefined` if the log has none. */
  page(room: string, seq: number): Promise<Page | undefined>;
  /** The pages folded since `since`, in milliseconds since 1970, the newest first. */
  pagesSince(room: string, since: number): AsyncGenerator<Page>;
}

/** How many pages one query asks for: the newest is a checkpoint in most rooms, so few are read in vain. */
const fewPages = 8;
/** For reading a stretch: as many as one answer of DynamoDB's (1 MB) is likely to hold. */
const manyPages = 200;

export const createLog = (client: DynamoDBDocumentClient, table: string): Log => {
  /** The newest pages first. */
  async function* backwards(room: string, pageSize: number, last = Number.MAX_SAFE_INTEGER): AsyncGenerator<Page> {
    const query = {
      TableName: table,
      KeyConditionExpression: 'room = :room AND #from <= :last',
      ExpressionAttributeNames: { '#from': 'from' },
      ExpressionAttributeValues: { ':room': room, ':last': last },
      ScanIndexForward: false,
      ConsistentRead: true,
    };
    for await (const { Items } of paginateQuery({ client, pageSize }, query))
      for (const item of Items ?? []) yield fromItem(item as PageItem);
  }

  async function* pagesBack(room: string, from: number, to: number): AsyncGenerator<Page> {
    if (to < from) return;
    // No more pages than events, so a short stretch costs little.
    for await (const page of backwards(room, Math.min(manyPages, to - from + 1), to)) {
      if (page.to < from) return;
      yield page;
      if (page.from <= from) return;
    }
  }

  return {
    latest: async <State>(room: string, kind: Kind<State>) => {
      const pages: Page<State>[] = [];
      for await (const page of backwards(room, fewPages)) {
        pages.unshift(page as Page<State>);
        if ('state' in page) break;
      }
      const [first, last] = [pages[0], pages.at(-1)];
      if (!first || !last) return beginning(kind);
      const folded = 'state' in first ? { state: first.state as State, to: first.to } : { state: kind.initial, to: 0 };
      const events = pages.flatMap((page) => page.events);
      const state = refold(
        kind,
        folded.state,
        events.filter((event) => event.seq > folded.to),
      );
      return after(last, state, events.findLast((event) => event.refused === undefined)?.seq ?? first.from - 1);
    },

    commit: async (page) => {
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: toItem(page),
            ConditionExpression: 'attribute_not_exists(room)',
          }),
        );
        return true;
      } catch (cause) {
        if (cause instanceof Error && cause.name === 'ConditionalCheckFailedException') return false;
        throw cause;
      }
    },

    pages: async (room, from, to) => {
      const pages: Page[] = [];
      for await (const page of pagesBack(room, from, to)) pages.unshift(page);
      return pages;
    },

    pagesBack,

    page: async (room, seq) => {
      const { value: page } = await pagesBack(room, seq, seq).next();
      return page ?? undefined;
    },

    pagesSince: async function* (room, since) {
      for await (const page of backwards(room, manyPages)) {
        if (page.at < since) break;
        yield page;
      }
    },
  };
};
