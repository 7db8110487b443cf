import type { Page } from '../../domain/page.ts';
import type { RoomLog } from '../log.ts';
import { eventLine, formatVersion, type Header, type IndexLine, jsonLine, pageLine, type RoomIndex } from './format.ts';
import { createRoomIndexer } from './room-index.ts';

/** A room to be written down: its pages in order. */
export interface Exported {
  readonly room: string;
  readonly pages: AsyncIterable<Page> | Iterable<Page>;
  /** The `seq` of the last event appended, where it is known. */
  readonly head?: number;
}

/** Characters that are gathered before they are yielded as one piece. */
const chunkLength = 64 * 1024;

/** The whole log of a room. */
export const wholeLog = async (log: RoomLog): Promise<Exported> => {
  const head = await log.head();
  return { room: log.room, pages: log.pages(), ...(head !== undefined && { head }) };
};

/** Writes rooms as an export, piece by piece: see `format.ts`. `at`: now, in milliseconds since 1970. */
export async function* exportRooms(rooms: Iterable<Exported>, at: number): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let offset = 0;
  const encode = (text: string): Uint8Array => {
    const bytes = encoder.encode(text);
    offset += bytes.length;
    return bytes;
  };
  const header: Header = { foldcast: formatVersion, at, index: true };
  yield encode(jsonLine(header));
  const index: RoomIndex[] = [];
  for (const { room, pages, head } of rooms) {
    const indexer = createRoomIndexer(room);
    let text = '';
    for await (const page of pages) {
      if (text.length >= chunkLength) {
        yield encode(text);
        text = '';
      }
      // The offset of the piece that the page is in. A reader passes over what comes before the page in it.
      indexer.add(page, offset);
      for (const event of page.events) text += eventLine(room, event);
      text += pageLine(page);
    }
    yield encode(text);
    const found = indexer.index(offset, head);
    if (found) index.push(found);
  }
  const last: IndexLine = { offset, index };
  yield encode(jsonLine(last));
}
