import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ticksOf } from '../../../web/debug/timeline/ticks.ts';
import { nearestRow, panned, showing, whole, zoomed } from '../../../web/debug/timeline/view.ts';
import { columnsOf } from './columns.ts';

const limits = { start: 0, end: 1000 };

describe('the view', () => {
  it('keeps what is under the pointer there when it zooms', () => {
    const view = zoomed({ start: 200, end: 600 }, 'order', 0.5, 300, limits);
    expect(view).toEqual({ start: 250, end: 450 });
  });

  it('never leaves what there is, and never shows less than can be told apart', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.boolean(), fc.double({ min: -3, max: 3, noNaN: true }), fc.integer({ min: 0, max: 1000 })),
        ),
        (moves) => {
          let view = limits;
          for (const [isZoom, by, place] of moves)
            view = isZoom ? zoomed(view, 'order', Math.exp(by), place, limits) : panned(view, by * 400, limits);
          expect(view.start).toBeGreaterThanOrEqual(0);
          expect(view.end).toBeLessThanOrEqual(1000 + 1e-6);
          expect(view.end - view.start).toBeGreaterThanOrEqual(8 - 1e-6);
        },
      ),
    );
  });

  it('moves no further than it has to, to show a place', () => {
    const view = { start: 100, end: 200 };
    expect(showing(view, 150)).toBe(view);
    expect(showing(view, 210)).toEqual({ start: 116, end: 216 });
    expect(showing(view, 90)).toEqual({ start: 84, end: 184 });
  });

  it('has some length even for a single event', () => {
    const view = whole('time', 5000, 5000);
    expect(view.start).toBeLessThan(5000);
    expect(view.end).toBeGreaterThan(5000);
  });

  it('finds the event nearest to a place', () => {
    const columns = columnsOf([
      [1000, 2],
      [1100, 2],
    ]);
    expect([0, 1049, 1051, 9000].map((place) => nearestRow(columns, 'time', place))).toEqual([0, 0, 1, 1]);
    expect(nearestRow(columnsOf([]), 'time', 0)).toBeUndefined();
  });
});

describe('the marks of an axis', () => {
  it('are at round places, and not too many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 20, max: 4e10 }), (start, length) => {
        const ticks = ticksOf('time', { start, end: start + length }, 1, 10);
        expect(ticks.length).toBeLessThanOrEqual(11);
        for (const { place } of ticks) expect(place >= start && place <= start + length).toBe(true);
      }),
    );
  });

  it('name events by their seq, though the log begins later', () => {
    expect(ticksOf('order', { start: -2, end: 102 }, 51, 5).map(({ place, text }) => [place, text])).toEqual([
      [49, '100'],
      [99, '150'],
    ]);
  });
});
