import { type Extent, markOf } from '../domain/log.ts';
import type { Page } from '../domain/page.ts';
import type { PageRange, RoomLog } from './log.ts';

/** The most pages that are kept, of a third of a megabyte each at most. Of a room with no more pages than this none is read twice. */
const mostPages = 64;

/**
 * The same log, which keeps the pages that were read, for a caller who goes back and forth in it. Its extent is asked once, so
 * it does not grow. A stretch without an end is read anew each time, newer events included, and not kept.
 */
export const remembered = (log: RoomLog): RoomLog => {
  const kept = new Map<number, Page>();
  const keep = (page: Page): void => {
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size >= mostPages) kept.delete(oldest);
    kept.set(page.from, page);
  };
  for (const page of log.edges ?? []) keep(page);
  const [opening, closing] = [log.edges?.[0], log.edges?.at(-1)];
  let known: Extent | undefined = opening && closing && { first: opening.from, last: closing.to };
  const extent = async (): Promise<Extent | undefined> => {
    known ??= await log.extent();
    return known;
  };

  async function* stretch(from: number, to: number): AsyncGenerator<Page> {
    for (let next = from; next <= to; ) {
      const pages = [...kept.values()];
      const here = pages.find((page) => page.from <= next && next <= page.to);
      if (here) {
        yield here;
        next = here.to + 1;
        continue;
      }
      const gap = Math.min(to, ...pages.flatMap((page) => (page.from > next ? page.from - 1 : [])));
      for await (const page of log.pages({ from: next, to: gap })) {
        keep(page);
        yield page;
        next = page.to + 1;
      }
      next = Math.max(next, gap + 1);
    }
  }

  /** The pages from the one that holds `to` to the first, the newest first. */
  async function* back(to: number): AsyncGenerator<Page> {
    const first = (await extent())?.first ?? 1;
    for (let next = to; next >= first; ) {
      const pages = [...kept.values()];
      const here = pages.find((page) => page.from <= next && next <= page.to);
      if (here) {
        yield here;
        next = here.from - 1;
        continue;
      }
      const gap = Math.max(first, ...pages.flatMap((page) => (page.to < next ? page.to + 1 : [])));
      for await (const page of log.pages({ from: gap, to: next, descending: true })) {
        keep(page);
        yield page;
        next = page.from - 1;
      }
      next = Math.min(next, gap - 1);
    }
  }

  return {
    ...log,
    extent,
    pages: (range: PageRange = {}) => {
      const { from = 1, to, descending } = range;
      return to === undefined || descending ? log.pages(range) : stretch(from, to);
    },
    checkpoint: async (version) => {
      for await (const page of back(version))
        if ('state' in page && page.to <= version) return { ...markOf(page), state: page.state };
      return undefined;
    },
  };
};
