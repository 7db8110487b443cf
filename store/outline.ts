import type { Checkpoint, CheckpointMark, Extent, Stretch } from '../domain/log.ts';
import type { Page } from '../domain/page.ts';
import { fewPages, newest, type PageQuery, type PageReader } from './page-reader.ts';
import { endOf, fromItem, itemMadeBy, type PageItem, stateOf } from './pages.ts';

/** How much of table `log` a room has. */
export interface LogSize {
  readonly pages: number;
  /** Of all events, in bytes of JSON. */
  readonly bytes: number;
}

/** What a room's log consists of, without its events. */
export interface Outline {
  extent(room: string): Promise<Extent | undefined>;
  /** The first page and the last, twice the same where there is but one; none of a room without pages. */
  edges(room: string): Promise<readonly Page[]>;
  /** The last recorded state of a version no later than this one. */
  checkpoint(room: string, version: number): Promise<Checkpoint | undefined>;
  /** The checkpoints whose versions are in a stretch, the oldest first. */
  checkpoints(room: string, stretch?: Stretch): AsyncGenerator<CheckpointMark>;
  /** DynamoDB reads, and charges for, the room's whole log. */
  size(room: string): Promise<LogSize>;
}

export const createOutline = (reader: PageReader): Outline => {
  /** The first page of those that begin at `first` to `last`, or the last one if `descending`. */
  const one = async (room: string, asked: PageQuery): Promise<PageItem | undefined> => {
    const { value } = await reader.query(room, { ...asked, limit: 1 }).next();
    return value?.items[0];
  };
  const oldest = (room: string, attributes?: PageQuery['attributes']) =>
    one(room, { first: 1, last: newest, ...(attributes && { attributes }) });
  const youngest = (room: string, attributes?: PageQuery['attributes'], last = newest) =>
    one(room, { first: 1, last, descending: true, ...(attributes && { attributes }) });

  /** Checkpoints without their states, and how many pages lie among them. */
  async function* marks(room: string, { from = 1, to = newest }: Stretch) {
    // The key is where a page begins: event 7 may be in the page that begins at 5.
    const first = from <= 1 ? 1 : ((await youngest(room, ['from'], from))?.from ?? 1);
    const asked: PageQuery = {
      first,
      last: to,
      attributes: ['from', 'to', 'bytes', 'at', 'rules', 'hash'],
      filter: 'attribute_exists(#state)',
    };
    for await (const { items, scanned } of reader.query(room, asked)) {
      const inside = items.filter((item) => item.to >= from && item.to <= to);
      yield {
        scanned,
        marks: inside.map((item) => ({
          from: item.from,
          version: item.to,
          bytes: item.bytes,
          at: item.at,
          ...itemMadeBy(item),
        })),
      };
    }
  }

  return {
    extent: async (room) => {
      const [first, last] = [await oldest(room, ['from']), await youngest(room, ['from', 'to'])];
      return first && last && { first: first.from, last: endOf(last) };
    },

    edges: async (room) => {
      const last = await youngest(room);
      const first = last && last.from > 1 ? await oldest(room) : last;
      return first && last ? [fromItem(first), fromItem(last)] : [];
    },

    checkpoint: async (room, version) => {
      const asked: PageQuery = {
        first: 1,
        last: version,
        descending: true,
        limit: fewPages,
        attributes: ['from', 'to', 'bytes', 'at', 'state', 'rules', 'hash'],
      };
      for await (const { items } of reader.query(room, asked))
        for (const { from, to, bytes, at, ...item } of items) {
          const recorded = stateOf(item);
          if ('state' in recorded && to <= version)
            return { from, version: to, bytes, at, ...itemMadeBy(item), state: recorded.state };
        }
      return undefined;
    },

    checkpoints: async function* (room, stretch = {}) {
      for await (const part of marks(room, stretch)) yield* part.marks;
    },

    size: async (room) => {
      // A checkpoint's `bytes` are all events since the one before it; those after the last one are in the last page's.
      let [pages, bytes, version] = [0, 0, 0];
      for await (const part of marks(room, {})) {
        pages += part.scanned;
        for (const mark of part.marks) [bytes, version] = [bytes + mark.bytes, mark.version];
      }
      const last = await youngest(room, ['to', 'bytes']);
      if (last && last.to > version) bytes += last.bytes;
      return { pages, bytes };
    },
  };
};
