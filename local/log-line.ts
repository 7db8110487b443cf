import { styleText } from 'node:util';

/** What structured loggers put into every line and nobody reads on a terminal. */
const noise = new Set([
  'level',
  'message',
  'timestamp',
  'service',
  'sampling_rate',
  'xray_trace_id',
  'cold_start',
  'function_arn',
  'function_memory_size',
  'function_name',
  'function_request_id',
]);

/**
 * What may not reach a terminal in a text of somebody else's: control characters (C0, DEL, C1), separators of lines, and the marks
 * that turn the direction of a line (U+061C, U+200E/F, U+202A–E, U+2066–9). A tab does no harm.
 */
const steering = /(?!\t)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** What the lines here have on purpose: line breaks, and styles: bold, dim, and colours but for black, which could hide a text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const ownParts = /(\x1b\[(?:1|2|22|3[1-7]|39)m|\n)/;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A text that somebody may have sent, so that it can be shown: it stays on its line and has no power over the terminal. */
const inert = (text: string): string => text.replace(steering, escaped);

/**
 * What is about to be printed, whoever wrote its parts: it keeps its lines and the styles of `readableLine`, and nothing else in it
 * has power over the terminal.
 */
export const printable = (text: string): string =>
  text
    .split(ownParts)
    .map((part, at) => (at % 2 === 1 ? part : inert(part)))
    .join('');

type Entry = Readonly<Record<string, unknown>>;

/** What a structured logger wrote; `undefined` for any other line. */
const entryOf = (line: string): Entry | undefined => {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null && 'message' in entry ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
};

const levelOf = ({ level = 'INFO' }: Entry): string => String(level);

/** Whether a line says that something is broken, by the levels that structured loggers have. */
export const isError = (line: string): boolean => {
  const entry = entryOf(line);
  return entry !== undefined && ['ERROR', 'CRITICAL', 'FATAL'].includes(levelOf(entry).toUpperCase());
};

/** What has a stack is an error: that is shown below, as it is written. */
const stackOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'stack' in value && typeof value.stack === 'string'
    ? value.stack
    : undefined;

const valueText = (value: unknown): string => {
  if (stackOf(value) === undefined) return inert(typeof value === 'string' ? value : JSON.stringify(value));
  const { stack: _, ...rest } = value as { readonly stack: string };
  return inert(JSON.stringify(rest));
};

/**
 * A function's log line for a person: the function's name, the message, and the rest as `key=value`; below it the stacks of errors.
 * Other lines stay as they are. Nothing in it has power over the terminal.
 */
export const readableLine = (functionName: string, line: string): string => {
  const name = styleText('cyan', inert(functionName));
  const entry = entryOf(line);
  if (!entry) return `${name} ${inert(line)}`;
  const level = inert(levelOf(entry));
  const text = inert(String(entry.message));
  const rest = Object.entries(entry).filter(([key]) => !noise.has(key));
  const pairs = rest.map(([key, value]) => `${styleText('dim', `${inert(key)}=`)}${valueText(value)}`);
  const stacks = rest.flatMap(([, value]) => (stackOf(value) ?? '').split('\n')).filter((each) => each !== '');
  const message = level === 'INFO' ? text : styleText('yellow', `${level} ${text}`);
  return [[name, message, ...pairs].join(' '), ...stacks.map((each) => `    ${inert(each)}`)].join('\n');
};
