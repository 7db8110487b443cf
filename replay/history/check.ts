import { type EventLine, type IndexLine, isEventLine, isIndexLine, isPageLine, type PageLine } from './format.ts';

/**
 * What a file may say. A file comes from anybody, so nothing in it is taken for what it should be: a wrong number could keep
 * whoever reads it busy for ever. How deep its values go is for `lines.ts` to see.
 */

/** The largest `seq`: a head takes 1,000 writes a second (DynamoDB's limit of an item), so a room gets there in 31 years. */
const maxSeq = 10 ** 12;

/** Events that may be missing in one place, and `seq` that one page may span: a thousand seconds of the busiest room. */
const maxSpan = 10 ** 6;

/** The last moment that a `Date` has, in milliseconds since 1970: ECMAScript, "Time Values and Time Range". */
const maxTime = 8.64e15;

interface Check {
  readonly is: (value: unknown) => boolean;
  /** Completes "is not". */
  readonly what: string;
}

const whole = (least: number, most: number): Check => ({
  is: (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  what: `a whole number from ${least} to ${most}`,
});
const seq = whole(1, maxSeq);
const size = whole(0, Number.MAX_SAFE_INTEGER);
const time: Check = {
  is: (value) => typeof value === 'number' && value >= 0 && value <= maxTime,
  what: 'a time in milliseconds since 1970',
};
const text: Check = { is: (value) => typeof value === 'string', what: 'a text' };
const yes: Check = { is: (value) => value === true, what: 'true' };
const optional = ({ is, what }: Check): Check => ({ is: (value) => value === undefined || is(value), what });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mark: Check = {
  is: (value) =>
    isObject(value) && seq.is(value.seq) && optional(time).is(value.at) && optional(text).is(value.refused),
  what: 'the place of an event',
};
const omission: Check = {
  is: (value) => isObject(value) && size.is(value.bytes) && size.is(value.hash),
  what: 'the size and hash of its data',
};
const stretches: Check = {
  is: (value) =>
    Array.isArray(value) &&
    value.every(
      (pair) => Array.isArray(pair) && pair.length === 2 && pair.every(seq.is) && (pair[0] as number) <= pair[1],
    ),
  what: 'a list of stretches',
};

const ofEvents: readonly (readonly [key: keyof EventLine, check: Check])[] = [
  ['seq', seq],
  ['at', time],
  ['connection', optional(text)],
  ['appended', optional(time)],
  ['refused', optional(text)],
  ['first', optional(mark)],
  ['omitted', optional(omission)],
  ['retry', optional(yes)],
  ['ack', optional(yes)],
];
const ofPages: readonly (readonly [key: keyof PageLine, check: Check])[] = [
  ['version', seq],
  ['from', optional(seq)],
  ['at', optional(time)],
  ['bytes', optional(size)],
  ['missing', optional(stretches)],
  ['epoch', optional(text)],
  ['since', optional(whole(0, maxSeq))],
  ['lanes', optional(whole(1, maxSpan))],
  ['rules', optional(whole(1, Number.MAX_SAFE_INTEGER))],
  ['hash', optional(text)],
];

type Line = Readonly<Record<string, unknown>>;

/** What is wrong with the lines of a file, one after the other, in words that go between its name and "in line 7". */
export const createLineCheck = (): ((line: Line) => string | undefined) => {
  const newest = new Map<string, number>();
  return (line) => {
    if (isIndexLine(line)) return undefined;
    const isEvent = isEventLine(line);
    if (!isEvent && !isPageLine(line)) return 'has neither an event nor a state';
    for (const [key, { is, what }] of isEvent ? ofEvents : ofPages)
      if (!is(line[key])) return `has ${isEvent ? 'an event' : 'a page'} whose "${key}" is not ${what}`;
    const at = isEvent ? line.seq : line.version;
    const before = newest.get(line.room) ?? at;
    newest.set(line.room, Math.max(before, at));
    if (at - before > maxSpan) return `skips more than ${maxSpan} events`;
    const from = isEvent ? at : (line.from ?? at);
    return from > at || at - from > maxSpan ? `has a page from ${from} to ${at}` : undefined;
  };
};

/** Whether an index can be that of a file of so many bytes. */
export const isIndexOf = ({ index }: IndexLine, bytes: number): boolean =>
  index.every((room: unknown) => {
    if (!isObject(room) || !Array.isArray(room.marks)) return false;
    const { from, to, end, marks } = room;
    const offsets = [0, ...marks.filter((_, place) => place % 2 === 1), end, bytes];
    return (
      [room.room].every(text.is) &&
      [from, to].every(seq.is) &&
      (from as number) <= (to as number) &&
      [room.pages, room.bytes].every(size.is) &&
      [room.first, room.last].every(optional(mark).is) &&
      optional(whole(0, maxSeq)).is(room.head) &&
      marks.length >= 2 &&
      marks.length % 2 === 0 &&
      marks.every((value, place) => (place % 2 === 0 ? seq : size).is(value)) &&
      offsets.every(
        (offset, place) => size.is(offset) && (place === 0 || (offsets[place - 1] as number) <= (offset as number)),
      )
    );
  });
