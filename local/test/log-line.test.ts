import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { isError, printable, readableLine } from '../log-line.ts';

const readable = (line: string) => stripVTControlCharacters(readableLine('fold', line));

it('shows the message of a structured line, and what is particular to it', () => {
  const entry = {
    level: 'INFO',
    message: 'folded',
    timestamp: '2026-01-01T00:00:00.000Z',
    service: 'shop',
    table: 'orders',
    events: 3,
    ids: ['x', 'y'],
  };
  expect(readable(JSON.stringify(entry))).toBe('fold folded table=orders events=3 ids=["x","y"]');
});

it('shows the level of what is not merely information', () => {
  expect(readable('{"level":"ERROR","message":"broken","cause":{"name":"Error"}}')).toBe(
    'fold ERROR broken cause={"name":"Error"}',
  );
});

it.each(['plain words', '{"half', '42', 'null', '"text"', '["list"]', '{"other":"json"}', ''])(
  'leaves any other line as it is: %s',
  (line) => {
    expect(readable(line)).toBe(`fold ${line}`);
  },
);

it('shows an error as it was written: its message, then its stack, a line for each call', () => {
  const entry = {
    level: 'ERROR',
    message: 'broken',
    event: { seq: 3 },
    error: { name: 'TypeError', message: 'No name.', stack: 'TypeError: No name.\n    at rule (kind.ts:3:5)' },
  };
  expect(readable(JSON.stringify(entry))).toBe(
    [
      'fold ERROR broken event={"seq":3} error={"name":"TypeError","message":"No name."}',
      '    TypeError: No name.',
      '        at rule (kind.ts:3:5)',
    ].join('\n'),
  );
});

it('gives what somebody sent no power over the terminal', () => {
  const evil = '\u001b]0;owned\u0007\u009b2J\r\u202e\u061c\u200e\u200f\u2028\u2029\u2069\u007f';
  const entry = {
    level: evil,
    message: evil,
    [evil]: evil,
    data: { [evil]: evil },
    error: { message: evil, stack: evil },
  };
  const text = [readable(JSON.stringify(entry)), readable(evil), stripVTControlCharacters(readableLine(evil, ''))];
  expect(text.join('').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
});

it.each([
  ['{"level":"ERROR","message":"broken"}', true],
  ['{"level":"CRITICAL","message":"broken"}', true],
  ['{"level":"WARN","message":"strange"}', false],
  ['{"message":"ERROR"}', false],
  ['ERROR plain words', false],
])('knows whether %s says that something is broken', (line, broken) => {
  expect(isError(line)).toBe(broken);
});

it('prints lines with their styles, and nothing else that a terminal obeys', () => {
  const line = readableLine(
    'fold',
    JSON.stringify({ level: 'WARN', message: 'strange', error: { stack: 'Error\n\tat x' } }),
  );
  expect(printable(line)).toBe(line);
  expect(printable('a\u001b[8m\u001b]0;owned\u0007\u009b2J\u202eb\n\tc')).toBe(
    'a\\u001b[8m\\u001b]0;owned\\u0007\\u009b2J\\u202eb\n\tc',
  );
});
