import { hasLongNumber, inexactNumber } from '../../domain/json-text.ts';
import { ReplayError } from '../errors.ts';
import { isLine } from './format.ts';

/** Whole lines of a file, parsed. */
export interface Lines {
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** The offset of the first of them, in bytes. */
  readonly offset: number;
  /** The offset after the last. */
  readonly end: number;
}

const newline = 10;

/** Bytes of a line: a thousand times the largest event, and more than the index of a file of a hundred gigabytes. */
export const longestLine = 64 * 1024 * 1024;

/** Levels of objects and lists within a line. What is compared, copied and shown by code that calls itself goes no deeper. */
const deepest = 100;

const isDeeper = (value: unknown, levels = deepest): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  if (levels < 0) return true;
  // Without lists of keys or values: every line of a file of millions comes by here.
  for (const key in value) if (isDeeper((value as Readonly<Record<string, unknown>>)[key], levels - 1)) return true;
  return false;
};

/** Bytes that are no UTF-8 would come back as others. */
const decoder = new TextDecoder('utf-8', { fatal: true });

const bytesOf = async (file: Blob, from: number, to: number): Promise<Uint8Array> =>
  new Uint8Array(await file.slice(from, to).arrayBuffer());

/** The number of the line that begins at an offset, for people: the first is 1. */
export const lineNumber = async (file: Blob, offset: number): Promise<number> => {
  let number = 1;
  const step = 4 * 1024 * 1024;
  for (let at = 0; at < offset; at += step)
    for (const byte of await bytesOf(file, at, Math.min(offset, at + step))) if (byte === newline) number += 1;
  return number;
};

/** Throws `bad-file`, naming a line: the one that begins at an offset, or so many after it. */
export const badLine = async (file: Blob, name: string, offset: number, what: string, after = 0): Promise<never> => {
  throw new ReplayError('bad-file', `${name} ${what} in line ${(await lineNumber(file, offset)) + after}.`);
};

const tooDeep = `has a value that is nested more than ${deepest} levels deep`;
const inexact = 'has a whole number that would be read as another one';

/** Parses line by line what could not be parsed at once: because there are blank lines, or to find the one that is broken. */
const parseEach = async (file: Blob, name: string, bytes: Uint8Array, offset: number): Promise<unknown[]> => {
  const parsed: unknown[] = [];
  for (let start = 0; start < bytes.length; ) {
    const next = bytes.indexOf(newline, start);
    const stop = next === -1 ? bytes.length : next;
    let text = '';
    try {
      text = decoder.decode(bytes.subarray(start, stop)).trim();
      if (text !== '') parsed.push(JSON.parse(text));
    } catch {
      const cut = next === -1 && offset + stop === file.size;
      await badLine(file, name, offset + start, cut ? 'is cut off' : 'is damaged: there is no whole JSON object');
    }
    if (text !== '' && isDeeper(parsed.at(-1))) await badLine(file, name, offset + start, tooDeep);
    if (text !== '' && inexactNumber(text) !== undefined) await badLine(file, name, offset + start, inexact);
    start = stop + 1;
  }
  return parsed;
};

const parse = async (file: Blob, name: string, bytes: Uint8Array, offset: number): Promise<unknown[]> => {
  try {
    const text = decoder.decode(bytes);
    // A line has no line break within it, so that many are parsed as one array: several times as fast as one by one.
    if (!hasLongNumber(text)) {
      const parsed = JSON.parse(`[${text.trimEnd().replaceAll('\n', ',')}]`) as unknown[];
      if (!parsed.some((line) => isDeeper(line))) return parsed;
    }
  } catch {
    // Which line it is comes out below.
  }
  return parseEach(file, name, bytes, offset);
};

/** What to read: the first offset is one at which a line begins. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
  /** Bytes of the first read, and of the largest. Each read has twice the bytes of the one before, so that a caller who wants one page reads little. */
  readonly least: number;
  readonly most: number;
  readonly onRead?: (bytes: number) => void;
}

/** Reads lines, some at a time. `name` is for the messages of `bad-file`, which is thrown for what is no JSON object. */
export async function* readLines(
  file: Blob,
  name: string,
  { from, to, least, most, onRead }: LineRange,
): AsyncGenerator<Lines> {
  let at = from;
  let wanted = least;
  while (at < to) {
    const bytes = await bytesOf(file, at, Math.min(to, at + wanted));
    onRead?.(bytes.length);
    const whole = at + bytes.length >= to ? bytes.length : bytes.lastIndexOf(newline) + 1;
    if (whole === 0) {
      if (bytes.length >= longestLine) await badLine(file, name, at, `has more than ${longestLine} bytes`);
      // Not one whole line was read: read the same again, and more.
      wanted *= 2;
      continue;
    }
    const lines = await parse(file, name, bytes.subarray(0, whole), at);
    const wrong = lines.findIndex((line) => !isLine(line));
    if (wrong !== -1) await badLine(file, name, at, 'is damaged: there is no whole JSON object', wrong);
    yield { lines: lines as Readonly<Record<string, unknown>>[], offset: at, end: at + whole };
    at += whole;
    wanted = Math.min(wanted * 2, most);
  }
}
