import { describe, expect, it } from 'vitest';
import type { Palette } from '../../../web/debug/timeline/colours.ts';
import { draw } from '../../../web/debug/timeline/draw.ts';
import { columnsOf } from './columns.ts';

const palette: Palette = {
  ...{ ink: 'ink', quiet: 'quiet', line: 'line', accent: 'accent', trouble: 'trouble', paper: 'paper' },
  actor: () => 'actor',
};
const characterWidth = 7;

/** Where the words about the highest bar are, and the cursor's triangle over them, in pixels from the left. */
const marksOf = (cursor: number) => {
  const columns = columnsOf(Array.from({ length: 100 }, (_, row) => [Math.floor(row / 2) * 20, 2]));
  let label: readonly [from: number, to: number] = [0, 0];
  const corners: number[] = [];
  const nothing = () => {};
  const context = {
    ...{ clearRect: nothing, fillRect: nothing, beginPath: nothing, fill: nothing },
    textAlign: 'left',
    measureText: (text: string) => ({ width: text.length * characterWidth }),
    fillText(text: string, x: number) {
      const width = text.length * characterWidth;
      if (text.startsWith('up to')) label = this.textAlign === 'right' ? [x - width, x] : [x, x + width];
    },
    moveTo: (x: number) => corners.push(x),
    lineTo: (x: number) => corners.push(x),
  };
  draw(context as unknown as CanvasRenderingContext2D, {
    ...{ columns, axis: 'time', view: { start: 0, end: 1000 }, pointer: undefined, palette, width: 600, height: 160 },
    cursor,
  });
  return { label, triangle: [Math.min(...corners), Math.max(...corners)] as const };
};

describe('what the highest bar stands for', () => {
  it.each([0, 5, 30, 50, 99])('is not under the cursor on row %i', (row) => {
    const { label, triangle } = marksOf(row);
    expect(label[1] - label[0]).toBeGreaterThan(50);
    expect(label[0]).toBeGreaterThanOrEqual(0);
    expect(label[1]).toBeLessThanOrEqual(600);
    expect(triangle[1] < label[0] || triangle[0] > label[1]).toBe(true);
  });
});
