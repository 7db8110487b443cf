import { inert } from '../../inert.ts';

export { inert };

/** The styles that our own lines have: bold, dim, and colours but for black, which could hide a text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const styled = /(\x1b\[(?:1|2|22|3[1-7]|39)m)/;

/** A line that is about to be printed, whoever wrote its parts: all that it can do to a terminal is to style its own text. */
export const printable = (line: string): string =>
  line
    .split(styled)
    .map((part, at) => (at % 2 === 1 ? part : inert(part)))
    .join('');

/** Writes what commander says, line by line: among its words are those that were typed or pasted. */
export const saidTo =
  (stream: { write(text: string): unknown }) =>
  (text: string): unknown =>
    stream.write(text.split('\n').map(printable).join('\n'));

/** A text in so many characters at most. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

/** A JSON value in one line of so many characters at most. */
export const brief = (value: unknown, width: number): string => cut(inert(JSON.stringify(value) ?? 'undefined'), width);
