import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { readableLine } from '../log-line.ts';

const readable = (line: string) => stripVTControlCharacters(readableLine('fold', line));

it('shows the message of a structured line, and what is particular to it', () => {
  const entry = {
    level: 'INFO',
    message: 'folded',
    timestamp: '2026-01-01T00:00:00.000Z',
    service: 'shop',
    order: 'shop/a',
    events: 3,
    ids: ['x', 'y'],
  };
  expect(readable(JSON.stringify(entry))).toBe('fold folded order=shop/a events=3 ids=["x","y"]');
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
