import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changes } from '../../replay/diff.ts';
import { sameJson } from '../../replay/same.ts';

describe('changes', () => {
  it('names what was added, removed and changed, by path', () => {
    expect(changes({ a: 1, b: { c: [1], d: 2 }, e: null }, { a: 2, b: { c: [1], f: 3 }, e: null })).toEqual([
      { path: ['a'], what: 'changed', before: 1, after: 2 },
      { path: ['b', 'd'], what: 'removed', before: 2 },
      { path: ['b', 'f'], what: 'added', after: 3 },
    ]);
  });

  it('names the state itself where it is a plain value, or becomes another sort of value', () => {
    expect(changes(1, 2)).toEqual([{ path: [], what: 'changed', before: 1, after: 2 }]);
    expect(changes({ a: [] }, { a: {} })).toEqual([{ path: ['a'], what: 'changed', before: [], after: {} }]);
    expect(changes(null, {})).toEqual([{ path: [], what: 'changed', before: null, after: {} }]);
  });

  it('follows a list that loses its oldest item and gets a new one', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((text) => ({ text }));
    expect(changes([a, b, c], [b, c, d])).toEqual([
      { path: [0], what: 'removed', before: a },
      { path: [2], what: 'added', after: d },
    ]);
  });

  it('names the cells of a board, and not where their values could have come from', () => {
    expect(changes([0, 1, 0], [1, 2, 0])).toEqual([
      { path: [0], what: 'changed', before: 0, after: 1 },
      { path: [1], what: 'changed', before: 1, after: 2 },
    ]);
    const [a, b, c] = [{ text: 'a' }, { text: 'b' }, { text: 'c' }];
    expect(changes([a, b], [b, c]).map(({ what }) => what)).toEqual(['removed', 'added']);
  });

  it('goes into an item of a list that changed in its place', () => {
    const board = [
      ['x', ''],
      ['', 'o'],
    ];
    expect(
      changes(board, [
        ['x', ''],
        ['x', 'o'],
      ]),
    ).toEqual([{ path: [1, 0], what: 'changed', before: '', after: 'x' }]);
  });

  it('follows a list of any length where it changed in one place', () => {
    const before = Array.from({ length: 3_000 }, (_, index) => index);
    expect(changes(before, before.toSpliced(1_500, 1))).toEqual([{ path: [1_500], what: 'removed', before: 1_500 }]);
    expect(changes(before, before.toSpliced(2_950, 1).toSpliced(2_900, 0, -1))).toEqual([
      { path: [2_900], what: 'added', after: -1 },
      { path: [2_950], what: 'removed', before: 2_950 },
    ]);
  });

  it('compares lists too long to align place by place', () => {
    const before = Array.from({ length: 3_000 }, (_, index) => index);
    expect(
      changes(
        before,
        before.map((value) => value + 1),
      ),
    ).toHaveLength(3_000);
  });

  it('is empty for the same state, and for no other', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(changes(a, structuredClone(a))).toEqual([]);
        expect(changes(a, b).length === 0).toBe(sameJson(a, b));
      }),
    );
  });
});

describe('sameJson', () => {
  it('says of JSON values what a deep comparison of their texts says', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: true } as never), fc.jsonValue(), (a, b) => {
        const [x, y] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))];
        expect(sameJson(x, y)).toBe(isDeepStrictEqual(x, y));
        expect(sameJson(x, structuredClone(x))).toBe(true);
      }),
    );
  });
});
