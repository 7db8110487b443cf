import { describe, expect, it } from 'vitest';
import { binsOf, sharesOf } from '../../../web/debug/timeline/bins.ts';
import { chunkOf, columnsOf, type Row } from './columns.ts';

const rows: readonly Row[] = [
  [1000, 2],
  [1010, 3, true],
  [1005, 2],
  [1200, 3],
  [1200, 2, true],
];

describe('the columns of a room', () => {
  it('hold events in their order, though their times go back', () => {
    const columns = columnsOf(rows, 11);
    expect([0, 1, 2, 3].map(columns.timeOf)).toEqual([1000, 1010, 1010, 1200]);
    expect(columns.rowAt(1010)).toBe(1);
    expect(columns.rowAt(1011)).toBe(3);
    expect(columns.rowAt(5000)).toBe(5);
  });

  it('find refused events in both directions', () => {
    const columns = columnsOf(rows);
    expect([-1, 0, 1, 3].map((row) => columns.refusedFrom(row, 1))).toEqual([1, 1, 4, 4]);
    expect(columns.refusedFrom(4, 1)).toBeUndefined();
    expect([4, 2].map((row) => columns.refusedFrom(row, -1))).toEqual([1, 1]);
    expect(columns.refusedFrom(1, -1)).toBeUndefined();
  });

  it('take what comes twice once', () => {
    const columns = columnsOf(rows);
    columns.append(chunkOf(4, [rows[3] as Row, rows[4] as Row, [1300, 2]]));
    expect(columns.length).toBe(6);
    expect(columns.timeOf(5)).toBe(1300);
    expect(columns.busiest(5)).toEqual([
      { actor: 2, count: 4 },
      { actor: 3, count: 2 },
    ]);
  });

  it('grow past what there was room for at first', () => {
    const columns = columnsOf(Array.from({ length: 5000 }, (_, index): Row => [index, 2, index % 5 === 0]));
    expect([columns.length, columns.refusedBefore(5000), columns.rowAt(4321)]).toEqual([5000, 1000, 4321]);
  });
});

describe('bars', () => {
  it('count accepted and refused events, and leave out where nothing happened', () => {
    const bins = binsOf(columnsOf(rows), 'time', { start: 950, end: 1300 }, 50);
    expect(bins.map(({ place, accepted, refused }) => [place, accepted, refused])).toEqual([
      [1000, 2, 1],
      [1200, 1, 1],
    ]);
  });

  it('stay the same while the view moves', () => {
    const columns = columnsOf(rows);
    expect(binsOf(columns, 'time', { start: 951, end: 1301 }, 50)).toEqual(
      binsOf(columns, 'time', { start: 999, end: 1349 }, 50),
    );
  });

  it('are shared by those whose events were accepted', () => {
    const columns = columnsOf(rows);
    const bins = binsOf(columns, 'order', { start: 0, end: 5 }, 5);
    expect(bins).toHaveLength(1);
    expect(bins.flatMap((bin) => sharesOf(columns, bin))).toEqual([
      { actor: 2, share: 2 / 3 },
      { actor: 3, share: 1 / 3 },
    ]);
  });

  it('are about right where only some of many events are looked at', () => {
    const columns = columnsOf(Array.from({ length: 100_000 }, (_, index): Row => [index, index % 4 ? 2 : 3]));
    const [bin] = binsOf(columns, 'order', { start: 0, end: 100_000 }, 100_000);
    const shares = bin ? sharesOf(columns, bin) : [];
    expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });
});
