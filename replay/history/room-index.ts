import type { Page } from '../../domain/page.ts';
import { markEvery, type RoomIndex } from './format.ts';

/** Makes the index of a room while its pages go by. */
export interface RoomIndexer {
  /** `offset`: of a line from which on this page can be read. */
  add(page: Page, offset: number): void;
  /** `end`: the offset after the room's last line. */
  index(end: number, head?: number): RoomIndex | undefined;
}

export const createRoomIndexer = (room: string): RoomIndexer => {
  const marks: number[] = [];
  let [first, last]: [Page | undefined, Page | undefined] = [undefined, undefined];
  let [firstEvent, lastEvent]: [RoomIndex['first'], RoomIndex['last']] = [undefined, undefined];
  let [pages, recorded] = [0, 0];
  return {
    add: (page, offset) => {
      first ??= page;
      last = page;
      pages += 1;
      // A checkpoint's `bytes` are all events since the one before it.
      if ('state' in page) recorded += page.bytes;
      const [opening, closing] = [page.events[0], page.events.at(-1)];
      if (opening) firstEvent ??= { seq: opening.seq, at: opening.at };
      if (closing) lastEvent = { seq: closing.seq, at: closing.at };
      const previous = marks.at(-1);
      if (previous === undefined || offset >= previous + markEvery) marks.push(page.from, offset);
    },
    index: (end, head) =>
      first &&
      last && {
        room,
        from: first.from,
        to: last.to,
        pages,
        bytes: recorded + ('state' in last ? 0 : last.bytes),
        ...(firstEvent && { first: firstEvent }),
        ...(lastEvent && { last: lastEvent }),
        ...(head !== undefined && { head }),
        marks,
        end,
      },
  };
};
