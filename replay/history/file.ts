import { type Checkpoint, markOf } from '../../domain/log.ts';
import type { Page } from '../../domain/page.ts';
import { ReplayError } from '../errors.ts';
import type { RoomLog } from '../log.ts';
import { createAssembler } from './assemble.ts';
import { createLineCheck } from './check.ts';
import { readIndex } from './file-index.ts';
import { isEventLine, isPageLine, markEvery, type RoomIndex } from './format.ts';
import type { History, Reads } from './history.ts';
import { badLine, readLines } from './lines.ts';

/** The most bytes that are read at once. More would take more memory and gain little. */
const largestRead = 256 * 1024;

const roomLog = (file: Blob, name: string, index: RoomIndex, reads: Reads): RoomLog => {
  const { room, marks } = index;
  const markCount = marks.length / 2;
  const fromOf = (mark: number): number => marks[mark * 2] ?? Number.POSITIVE_INFINITY;
  /** The last mark whose page begins at or before a `seq`; the first if none does. */
  const markAt = (seq: number): number => {
    let [low, high] = [0, markCount - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (fromOf(middle) <= seq) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  /** The pages from a mark on that hold a part of a stretch. */
  async function* pagesFrom(mark: number, from: number, to: number, onPage?: () => void): AsyncGenerator<Page> {
    const pages = createAssembler(room, fromOf(mark) - 1);
    const onRead = (bytes: number): void => {
      reads.bytes += bytes;
    };
    const place = { from: marks[mark * 2 + 1] ?? 0, to: index.end };
    const faultOf = createLineCheck();
    for await (const { lines, offset } of readLines(file, name, {
      ...place,
      least: markEvery,
      most: largestRead,
      onRead,
    }))
      for (const [number, line] of lines.entries()) {
        if (line.room !== room) continue;
        const fault = faultOf(line);
        if (fault !== undefined) await badLine(file, name, offset, fault, number);
        const page = isEventLine(line) ? pages.event(line) : isPageLine(line) ? pages.end(line) : undefined;
        if (!page || page.to < from) continue;
        if (page.from > to) return;
        onPage?.();
        yield page;
        if (page.to >= to) return;
      }
    const rest = pages.rest();
    if (!rest || rest.from > to || rest.to < from) return;
    onPage?.();
    yield rest;
  }

  /** The pages between a mark and the next. */
  const block = async (mark: number): Promise<Page[]> => {
    const pages: Page[] = [];
    for await (const page of pagesFrom(mark, 0, fromOf(mark + 1) - 1)) pages.push(page);
    return pages;
  };

  const countPage = (): void => {
    reads.pages += 1;
  };

  async function* backwards(from: number, to: number): AsyncGenerator<Page> {
    for (let mark = markAt(to); mark >= markAt(from); mark -= 1)
      for (const page of (await block(mark)).reverse()) {
        if (page.from > to || page.to < from) continue;
        countPage();
        yield page;
      }
  }

  return {
    room,
    extent: async () => ({ first: index.from, last: index.to }),
    head: async () => index.head,
    pages: ({ from = index.from, to = index.to, descending = false } = {}) =>
      descending ? backwards(from, to) : pagesFrom(markAt(from), from, to, countPage),

    checkpoint: async (version): Promise<Checkpoint | undefined> => {
      for (let mark = markAt(version); mark >= 0; mark -= 1) {
        const found = (await block(mark)).findLast((page) => 'state' in page && page.to <= version);
        if (!found) continue;
        countPage();
        return { ...markOf(found), state: found.state };
      }
      return undefined;
    },

    async *checkpoints({ from = index.from, to = index.to } = {}) {
      for await (const page of pagesFrom(markAt(from), from, to, countPage)) {
        if ('state' in page && page.to >= from && page.to <= to) yield markOf(page);
      }
    },
  };
};

/**
 * The history in an export. Runs in Node (`openAsBlob`) and in a browser (`File`), and reads no more of the file than it has
 * to. Throws `bad-file`. `onRead` is told of the bytes that are read at the start where the file has no index.
 */
export const fileHistory = async (file: Blob, name: string, onRead?: (bytes: number) => void): Promise<History> => {
  const { rooms, cutOff } = await readIndex(file, name, onRead);
  const index = new Map(rooms.map((room) => [room.room, room]));
  const reads: Reads = { pages: 0, bytes: 0 };
  return {
    name,
    ...(cutOff !== undefined && { cutOff }),
    reads,
    rooms: async () =>
      [...index.values()]
        .map(({ from: _, to, marks: __, end: ___, ...room }) => ({ ...room, version: to }))
        .sort((a, b) => (a.room < b.room ? -1 : 1)),
    open: async (room) => {
      const found = index.get(room);
      if (found) return roomLog(file, name, found, reads);
      const known = [...index.keys()].slice(0, 10).join(', ') || 'none';
      throw new ReplayError('unknown-room', `There is no room "${room}" in ${name}. The rooms in it: ${known}.`);
    },
  };
};
