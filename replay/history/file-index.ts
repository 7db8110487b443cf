import { ReplayError } from '../errors.ts';
import { type Assembler, createAssembler } from './assemble.ts';
import { createLineCheck, isIndexOf } from './check.ts';
import {
  type Header,
  isEventLine,
  isIndexLine,
  isLine,
  isPageLine,
  markEvery,
  type RoomIndex,
  requireHeader,
} from './format.ts';
import { badLine, lineNumber, longestLine, readLines } from './lines.ts';
import { createRoomIndexer, type RoomIndexer } from './room-index.ts';

/** The longest first line that is taken for a header, in bytes. Those that we write have a tenth of this. */
const longestHeader = 1024;

const newline = 10;
const space = 32;

const readHeader = async (file: Blob, name: string): Promise<Header> => {
  const start = new Uint8Array(await file.slice(0, longestHeader).arrayBuffer());
  // How gzip begins: RFC 1952.
  if (start[0] === 0x1f && start[1] === 0x8b) throw new ReplayError('bad-file', `${name} is packed: gunzip it first.`);
  // Byte order marks of UTF-16, which is what > of Windows PowerShell 5 writes.
  if (`${start[0]} ${start[1]}` === '255 254' || `${start[0]} ${start[1]}` === '254 255')
    throw new ReplayError('bad-file', `${name} is UTF-16: write it as UTF-8, or export it again with -o instead of >.`);
  const [line = ''] = new TextDecoder().decode(start).split('\n');
  requireHeader(line, name);
  return JSON.parse(line) as Header;
};

/** The last line, read backwards. */
interface LastLine {
  readonly offset: number;
  /** Absent where it is no whole JSON value. */
  readonly line?: unknown;
  /** Whether a line break follows. */
  readonly ended: boolean;
}

const readLast = async (file: Blob): Promise<LastLine> => {
  for (let size = markEvery; ; size *= 4) {
    const start = Math.max(0, file.size - size);
    const bytes = new Uint8Array(await file.slice(start).arrayBuffer());
    // Blank lines at the end are nobody's.
    const length = bytes.findLastIndex((byte) => byte > space) + 1;
    const found = bytes.subarray(0, length).lastIndexOf(newline);
    if (found === -1 && start > 0 && size < longestLine) continue;
    // A line that is too long for one is read, and refused, with the others.
    const isTooLong = found === -1 && start > 0;
    const place = { offset: start + found + 1, ended: isTooLong || bytes.indexOf(newline, length) !== -1 };
    try {
      return { ...place, line: JSON.parse(new TextDecoder().decode(bytes.subarray(found + 1))) };
    } catch {
      return place;
    }
  }
};

interface Found {
  readonly pages: Assembler;
  readonly indexer: RoomIndexer;
  /** The offset of the lines in which the page that is being read began, and the offset after the room's last line. */
  began: number;
  end: number;
}

/** Reads a whole file once, up to an offset, to see what is where. Throws `bad-file` at the first line that is none of ours. */
const scan = async (
  file: Blob,
  name: string,
  to: number,
  onRead?: (bytes: number) => void,
): Promise<readonly RoomIndex[]> => {
  const rooms = new Map<string, Found>();
  const faultOf = createLineCheck();
  const reading = { from: 0, to, least: markEvery, most: markEvery, ...(onRead && { onRead }) };
  for await (const { lines, offset, end } of readLines(file, name, reading))
    for (const [number, line] of lines.entries()) {
      if (offset === 0 && number === 0) continue;
      const fault = faultOf(line);
      if (fault !== undefined) await badLine(file, name, offset, fault, number);
      const isEvent = isEventLine(line);
      if (!isEvent && !isPageLine(line)) continue;
      const fresh = () => ({
        pages: createAssembler(line.room),
        indexer: createRoomIndexer(line.room),
        began: offset,
        end,
      });
      const room = rooms.get(line.room) ?? fresh();
      rooms.set(line.room, room);
      if (room.pages.between) room.began = offset;
      room.end = end;
      const page = isEvent ? room.pages.event(line) : room.pages.end(line);
      if (page) room.indexer.add(page, room.began);
    }
  return [...rooms.values()].flatMap(({ pages, indexer, began, end }) => {
    const rest = pages.rest();
    if (rest) indexer.add(rest, began);
    return indexer.index(end) ?? [];
  });
};

/** Where the rooms of an export are. */
export interface FileIndex {
  readonly rooms: readonly RoomIndex[];
  /** A sentence that says where the file ends, if it ended later once: what it has up to there is good. */
  readonly cutOff?: string;
}

/** What a file lacks whose end is gone. */
const lackOf = async (
  file: Blob,
  name: string,
  { index: isPromised = false }: Header,
  { line, offset, ended }: LastLine,
): Promise<string | undefined> => {
  if (line === undefined && !ended) return `${name} is cut off in line ${await lineNumber(file, offset)}`;
  return line !== undefined && isPromised ? `${name} is cut off: its last line, the index, is not there` : undefined;
};

/**
 * Where each room is in an export. The last line says so; if there is none, or the text was edited since, the whole file is read.
 * `onRead` is then called with the bytes of each read. Throws `bad-file`.
 */
export const readIndex = async (file: Blob, name: string, onRead?: (bytes: number) => void): Promise<FileIndex> => {
  const header = await readHeader(file, name);
  const last = await readLast(file);
  const index = isLine(last.line) && isIndexLine(last.line) ? last.line : undefined;
  if (index && !isIndexOf(index, file.size)) await badLine(file, name, last.offset, 'has an index of no file like it');
  if (index && index.offset === last.offset) return { rooms: index.index };
  const lack = index ? undefined : await lackOf(file, name, header, last);
  const rooms = await scan(file, name, last.line === undefined && lack ? last.offset : file.size, onRead);
  if (lack) return { rooms, cutOff: `${lack}. What comes before is good; export it again for the rest.` };
  // The text was edited, so the index's offsets are wrong. Its headline numbers, such as `head`, are still taken from it.
  return {
    rooms: rooms.map((room) => {
      const head = index?.index.find((other) => other.room === room.room)?.head;
      return { ...room, ...(head !== undefined && { head }) };
    }),
  };
};
