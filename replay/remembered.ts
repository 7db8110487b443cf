import type { Page } from '../domain/page.ts';
import type { Extent, PageRange, RoomLog } from './log.ts';

/** Pages that are kept, of a third of a megabyte each at most: a room of so many is never read twice. */
const mostPages = 64;

/**
 * The same log as it was when it was opened, for whoever goes back and forth in it: what it ends with is asked once, and a page
 * that was read is there. A stretch without an end is read as it is now, and not kept.
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

  return {
    ...log,
    extent,
    pages: (range: PageRange = {}) => {
      const { from = 1, to, descending } = range;
      return to === undefined || descending ? log.pages(range) : stretch(from, to);
    },
    checkpoint: async (version) => {
      const first = (await extent())?.first ?? 1;
      // Most often it is in the page of this version or the one before. After that twice as many events each time.
      for (let to = version; to >= first; ) {
        const from = Math.max(first, 1 + to - Math.max(1, version - to));
        let [found, begin]: [Page | undefined, number] = [undefined, from];
        for await (const page of stretch(from, to)) {
          begin = Math.min(begin, page.from);
          if ('state' in page && page.to <= version) found = page;
        }
        if (found) return { from: found.from, version: found.to, bytes: found.bytes, at: found.at, state: found.state };
        to = begin - 1;
      }
      return undefined;
    },
  };
};
