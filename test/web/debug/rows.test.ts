import { describe, expect, it } from 'vitest';
import { changes } from '../../../replay/diff.ts';
import { type Opened, type Row, rowsOf } from '../../../web/debug/state/rows.ts';

const none: Opened = new Map();
const rowsBetween = (before: unknown, after: unknown, opened = none): readonly Row[] =>
  rowsOf(after, changes(before, after), opened);
const lines = (rows: readonly Row[]): readonly string[] =>
  rows.map(({ depth, name, text, change, open }) => {
    const mark = change ? `${change.what}${change.before === undefined ? '' : ` from ${change.before}`} ` : '';
    return `${' '.repeat(depth)}${mark}${name ?? 'state'}: ${text}${open === false ? ' (closed)' : ''}`;
  });

describe('the lines of a state', () => {
  it('are one for a number, with what it was before', () => {
    expect(lines(rowsBetween(41, 42))).toEqual(['changed from 41 state: 42']);
  });

  it('mark what was added, removed and changed, each where it is', () => {
    const before = { list: ['a', 'b', 'c', 'd'], name: 'x', old: true };
    const after = { list: ['a', 'c', 'd', 'e'], name: 'y', young: null };
    expect(lines(rowsBetween(before, after))).toEqual([
      'state: ',
      ' list: ',
      '  0: "a"',
      '  removed 1: "b"',
      '  1: "c"',
      '  2: "d"',
      '  added 3: "e"',
      ' changed from "x" name: "y"',
      ' added young: null',
      ' removed old: true',
    ]);
  });

  it('bring to light what was changed, however deep it is', () => {
    const deep = (value: number) => ({ a: { b: { c: { d: { value, more: { n: 1 } } } } } });
    const rows = rowsBetween(deep(1), deep(2));
    expect(lines(rows).at(-2)).toBe('     changed from 1 value: 2');
    expect(rows.at(-1)).toMatchObject({ name: 'more', open: false });
    expect(rows.filter(({ within }) => within)).toHaveLength(5);
  });

  it('are few for a large list, until it is opened', () => {
    const state = { items: Array.from({ length: 500 }, (_, index) => index) };
    const closed = rowsOf(state, [], none);
    expect(lines(closed)).toEqual(['state: ', ' items: [ 500 items ] (closed)']);
    const key = closed[1]?.key ?? '';
    expect(rowsOf(state, [], new Map([[key, true]]))).toHaveLength(502);
  });

  it('say of a long text that there is more', () => {
    const [row] = rowsOf('x'.repeat(5000), [], none);
    expect(row?.text).toMatch(/x…$/);
    expect(row?.text.length).toBeLessThan(500);
  });
});
