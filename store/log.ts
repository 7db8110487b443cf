import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { LoggedEvent } from '../domain/event.ts';
import type { Fault } from '../domain/fault.ts';
import { refold } from '../domain/fold.ts';
import type { Kind } from '../domain/kind.ts';
import { after, beginning, type Latest, type Page } from '../domain/page.ts';
import { initialState } from '../domain/settled.ts';
import { sizeOf } from '../domain/size.ts';
import { upcastPage } from '../domain/upcast.ts';
import { isOf } from '../domain/version.ts';
import { createAfresh, type FoldedAfresh } from './afresh.ts';
import { createBookmarks } from './bookmark.ts';
import { limit } from './limit.ts';
import { createPageReader, fewPages, newest, type PageWatch } from './page-reader.ts';
import { toItem } from './pages.ts';

/** Table `log`: the pages of all rooms. */
export interface Log {
  /** Where a room stands: `at` its newest version. */
  latest<State>(room: string, kind: Kind<State>): Promise<Latest<State>>;
  /** Where a room stood after the event `version`: the newest checkpoint at or before it, and the events since folded onto it. */
  at<State>(room: string, kind: Kind<State>, version: number): Promise<Latest<State>>;
  /** Writes a page. `false` if another fold wrote one in its place first: load the room again and fold again. */
  commit(page: Page): Promise<boolean>;
  /** The pages that hold events `from` to `to`, ends included, in order. */
  pages(room: string, from: number, to: number): Promise<readonly Page[]>;
  /** The same pages, the newest first. They are read while they are taken: whoever has enough stops. */
  pagesBack(room: string, from: number, to: number): AsyncGenerator<Page>;
  /** The page that holds an event; `undefined` if the log has none. */
  page(room: string, seq: number): Promise<Page | undefined>;
  /** The pages folded since `since`, in milliseconds since 1970, the newest first. Give a small `limit` if a few are likely to be all. */
  pagesSince(room: string, since: number, limit?: number): AsyncGenerator<Page>;
}

/** A page without its events after `version`, and so without its state: pages 1–4 cut at 2 hold events 1 and 2. */
const upTo = <State>(page: Page<State>, version: number): Page<State> => {
  if (page.to <= version) return page;
  const { state: _, ...rest } = page;
  const events = page.events.filter(({ seq }) => seq <= version);
  const later = page.events.slice(events.length).reduce((sum, event) => sum + sizeOf(JSON.stringify(event)), 0);
  return { ...rest, to: version, events, bytes: page.bytes - later };
};

/** Who is told what a log's states are left without. */
export interface LogWatch extends Pick<PageWatch, 'onUnreadable'> {
  /** An event that counted and on which the rules fail now, or don't end. */
  readonly onFault?: (room: string, event: LoggedEvent, fault: Fault) => void;
  /** A room that other rules had folded, and that was folded afresh. */
  readonly onAfresh?: (folded: FoldedAfresh) => void;
}

/** How a log is read. */
export interface LogOptions extends LogWatch {
  /** The kind of a room, whose `upcast` gives events of older rules today's shape. Without it pages are read as they were written. */
  readonly kindOf?: (room: string) => Kind | undefined;
  /** The longest that one call folds a room afresh, in milliseconds; then it throws `StillFolding`. As long as it takes unless given. */
  readonly patience?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export const createLog = (client: DynamoDBDocumentClient, table: string, options: LogOptions = {}): Log => {
  const reader = createPageReader(client, table, options);
  const onFault = (room: string, event: LoggedEvent, fault: Fault) => options.onFault?.(room, event, fault);
  const afresh = createAfresh({
    reader,
    bookmarks: createBookmarks(client, table),
    onFault,
    onAfresh: (folded) => options.onAfresh?.(folded),
    patience: options.patience ?? Number.POSITIVE_INFINITY,
    now: options.now ?? Date.now,
  });

  /** A page with its events in the shape that its kind knows today. */
  const today = (page: Page, kind = options.kindOf?.(page.room)): Page =>
    kind ? upcastPage(kind, page, { limit, onFault: (event, fault) => onFault(page.room, event, fault) }) : page;

  async function* pagesBack(room: string, from: number, to: number, most?: number): AsyncGenerator<Page> {
    for await (const page of reader.backwards(room, from, to, most)) yield today(page);
  }

  const at = async <State>(room: string, kind: Kind<State>, version: number): Promise<Latest<State>> => {
    const pages: Page<State>[] = [];
    for await (const read of reader.backwards(room, 1, version, fewPages)) {
      const page = today(upTo(read, version), kind as Kind) as Page<State>;
      pages.unshift(page);
      if ('state' in page) break;
    }
    const [first, last] = [pages[0], pages.at(-1)];
    if (!first || !last) return beginning(kind);
    if ('state' in first && !isOf(kind, first)) {
      const { rules = 1 } = first;
      // What is kept is for whoever asks next, who asks for the newest version.
      return afresh(room, kind, last, rules, version === newest);
    }
    const recorded =
      'state' in first ? { state: first.state as State, to: first.to } : { state: initialState(kind), to: 0 };
    const events = pages.flatMap((page) => page.events);
    const since = events.filter(({ seq }) => seq > recorded.to);
    const state = refold(kind, recorded.state, since, {
      limit,
      onFault: (event, fault) => onFault(room, event, fault),
    });
    return after(last, state, events.findLast(({ refused }) => refused === undefined)?.seq ?? first.from - 1);
  };

  return {
    at,
    latest: (room, kind) => at(room, kind, newest),

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

    pages: (room, from, to) => Array.fromAsync(reader.forwards(room, from, to), (page) => today(page)),
    pagesBack: (room, from, to) => pagesBack(room, from, to),
    page: async (room, seq) => {
      const { value } = await reader.forwards(room, seq, seq).next();
      return value && today(value);
    },

    pagesSince: async function* (room, since, most) {
      for await (const page of pagesBack(room, 1, newest, most)) {
        // When a page that can't be read was folded nobody knows.
        if (page.at < since && page.unreadable === undefined) return;
        yield page;
      }
    },
  };
};
