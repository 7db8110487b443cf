import type { LoggedEvent } from '../../domain/event.ts';
import type { Page } from '../../domain/page.ts';
import { ReplayError } from '../errors.ts';
import { inert } from '../inert.ts';

/**
 * An export is a text of JSON lines. First a header. Then, for each room in order, one event a line, and after the events of
 * a page a line that says so. A page that is a checkpoint has its state there: `{ room, version, state }` is all that a
 * reader needs of it. Last an index, which a reader can do without.
 */
export const formatVersion = 1;

/** The first line. */
export interface Header {
  /** The version of the format. A newer one is refused; what is added to a line within a version is ignored by older readers. */
  readonly foldcast: number;
  /** When it was exported, in milliseconds since 1970. */
  readonly at?: number;
  /** Set where the last line is an index, so that a file that was cut off is known even if it ends with a whole line. */
  readonly index?: boolean;
}

/** An event as the log has it, with its room. */
export type EventLine = LoggedEvent & { readonly room: string };

/** The end of a page: all of it but the events, as far as the foldcast that wrote it knew. */
export interface PageLine extends Partial<Omit<Page, 'room' | 'to' | 'events'>> {
  readonly room: string;
  /** The `seq` that the page ends with. */
  readonly version: number;
}

/** Where a room is in the file. */
export interface RoomIndex {
  readonly room: string;
  readonly from: number;
  readonly to: number;
  readonly pages: number;
  /** Of all events, in bytes of JSON. */
  readonly bytes: number;
  readonly first?: { readonly seq: number; readonly at: number };
  readonly last?: { readonly seq: number; readonly at: number };
  /** The `seq` of the last event appended, where it was known when the file was written. */
  readonly head?: number;
  /**
   * Where reading can begin, as pairs in one flat list: the `from` of a page, and an offset in bytes. A line begins at the
   * offset, and the page follows it. The rest of an earlier page may lie between them: a reader passes over that.
   */
  readonly marks: readonly number[];
  /** The offset after the room's last line. */
  readonly end: number;
}

/** The last line. `offset`: where it begins. If it begins elsewhere, the text before it was edited. */
export interface IndexLine {
  readonly offset: number;
  readonly index: readonly RoomIndex[];
}

/** The least distance between two marks, in bytes. To find a page, a reader goes through twice as much at most. */
export const markEvery = 64 * 1024;

/** A line of the file. People look at it on a terminal, so it is inert. */
export const jsonLine = (value: Header | IndexLine | PageLine | EventLine): string =>
  `${inert(JSON.stringify(value))}\n`;

export const eventLine = (room: string, event: LoggedEvent): string => jsonLine({ room, ...event });

export const pageLine = ({ room, from, to, missing, bytes, state, at, events: _, ...rest }: Page): string =>
  // In one order, wherever the page was read: exports of one log are the same text.
  jsonLine({
    room,
    from,
    version: to,
    ...(missing && { missing }),
    bytes,
    ...(state !== undefined && { state }),
    at,
    ...rest,
  });

type Line = Readonly<Record<string, unknown>>;

export const isLine = (value: unknown): value is Line =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isEventLine = (line: Line): line is Line & EventLine =>
  typeof line.room === 'string' &&
  typeof line.seq === 'number' &&
  typeof line.at === 'number' &&
  [line.type, line.by, line.id].every((part) => typeof part === 'string');

export const isPageLine = (line: Line): line is Line & PageLine =>
  typeof line.room === 'string' && typeof line.version === 'number' && line.seq === undefined;

export const isIndexLine = (line: Line): line is Line & IndexLine =>
  Array.isArray(line.index) && typeof line.offset === 'number';

/** Throws `bad-file` unless this is the first line of a file that this version can read. `name` is for the message. */
export const requireHeader = (text: string, name: string): void => {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    header = undefined;
  }
  const version = isLine(header) ? header.foldcast : undefined;
  if (typeof version !== 'number')
    throw new ReplayError(
      'bad-file',
      `${name} is no foldcast export: its first line is not {"foldcast":${formatVersion}, …}.`,
    );
  if (version > formatVersion)
    throw new ReplayError(
      'bad-file',
      `${name} was written by a newer foldcast (format ${version}, this one reads up to ${formatVersion}): update foldcast to read it.`,
    );
};
