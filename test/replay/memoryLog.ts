import type { Event, LoggedEvent } from '../../domain/event.ts';
import type { Kind } from '../../domain/kind.ts';
import { type Checkpoint, markOf } from '../../domain/log.ts';
import { beginning, foldPage, type Page } from '../../domain/page.ts';
import type { RoomLog } from '../../replay/log.ts';

/** A log in memory, and how many pages were read from it. */
export interface MemoryLog extends RoomLog {
  readonly reads: { pages: number };
}

export const memoryLog = (pages: readonly Page[], head?: number): MemoryLog => {
  const reads = { pages: 0 };
  return {
    reads,
    room: pages[0]?.room ?? 'tally/room',
    extent: async () => {
      const [first, last] = [pages[0], pages.at(-1)];
      return first && last && { first: first.from, last: last.to };
    },
    head: async () => head ?? pages.at(-1)?.to,
    async *pages({ from = 1, to = Number.POSITIVE_INFINITY, descending = false } = {}) {
      const found = pages.filter((page) => page.to >= from && page.from <= to);
      for (const page of descending ? found.reverse() : found) {
        reads.pages += 1;
        yield page;
      }
    },
    checkpoint: async (version): Promise<Checkpoint | undefined> => {
      const page = pages.findLast((one) => 'state' in one && one.to <= version);
      if (page) reads.pages += 1;
      return page && { ...markOf(page), state: page.state };
    },
    async *checkpoints({ from = 1, to = Number.POSITIVE_INFINITY } = {}) {
      for (const page of pages) if ('state' in page && page.to >= from && page.to <= to) yield markOf(page);
    },
  };
};

/** An action to append: its type, or its type with more. */
export type Sent = string | (Partial<Event> & Pick<Event, 'type'>);

/** The pages that folds of these batches write. */
export const fold = <State>(kind: Kind<State>, ...batches: readonly (readonly Sent[])[]): Page<State>[] => {
  let latest = beginning(kind);
  const pages: Page<State>[] = [];
  for (const batch of batches) {
    const events = batch.map((sent, index): Event => {
      const seq = latest.version + index + 1;
      const given = typeof sent === 'string' ? { type: sent } : sent;
      return { seq, id: `id-${seq}`, data: {}, by: 'ann', connection: 'c', at: 1_000 * seq, ...given };
    });
    const folded = foldPage({
      epoch: 'e',
      room: `${kind.name}/room`,
      kind,
      latest,
      events,
      at: 1_000 * latest.version,
    });
    if (!folded) throw new Error('Nothing was folded.');
    ({ latest } = folded);
    pages.push(folded.page);
  }
  return pages;
};

/** Pages with one of them altered. */
export const altered = <State>(
  pages: readonly Page<State>[],
  index: number,
  change: Partial<Page<State>>,
): Page<State>[] => pages.map((page, at) => (at === index ? { ...page, ...change } : page));

/** A page that is no checkpoint. */
export const stateless = <State>({ state: _, ...page }: Page<State>): Page<State> => page;

/** Pages of which only some are checkpoints, with the sizes that they then have. */
export const sparse = <State>(pages: readonly Page<State>[], keeps: (index: number) => boolean): Page<State>[] => {
  let bytes = 0;
  return pages.map((page, index) => {
    bytes += page.bytes;
    const kept = { ...(keeps(index) ? page : stateless(page)), bytes };
    if (keeps(index)) bytes = 0;
    return kept;
  });
};

/** An event of a page, altered. */
export const alteredEvent = <State>(page: Page<State>, seq: number, change: Partial<LoggedEvent>): Page<State> => ({
  ...page,
  events: page.events.map((event) => (event.seq === seq ? { ...event, ...change } : event)),
});

export const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};
