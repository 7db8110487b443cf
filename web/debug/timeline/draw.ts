import { count, span } from '../words.ts';
import { type Bin, binsOf, sharesOf } from './bins.ts';
import type { Palette } from './colours.ts';
import type { Columns } from './columns.ts';
import { roundUp, ticksOf } from './ticks.ts';
import { type Axis, placeOf, type View } from './view.ts';

/** All that is to be seen. */
export interface Scene {
  readonly columns: Columns;
  readonly axis: Axis;
  readonly view: View;
  /** The row of the cursor, if it was read already. */
  readonly cursor: number | undefined;
  /** Where the pointer is, in pixels from the left. */
  readonly pointer: number | undefined;
  readonly palette: Palette;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** A bar and the gap after it, in pixels. */
const barWidth = 6;
const gap = 1;
/** A bar of the full height stands for one of these times a power of ten, such as 1, 12 or 500 events. */
const fullBars = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9];
/** From the bottom, in pixels: the marks of the axis, and the refused events above them. */
const ticksHeight = 22;
const refusedHeight = 34;
const top = 18;
/** Between the label and the edge, in pixels. */
const margin = 6;
/** The height of one event where there are few, in pixels. */
const largestBlock = 22;
const fonts = '500 11px ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, monospace';

/** How much of the axis a bar covers. */
export const binLength = (view: View, axis: Axis, width: number): number => {
  const exact = ((view.end - view.start) / Math.max(1, width)) * barWidth;
  return axis === 'order' ? Math.max(1, exact) : exact;
};

const drawAxis = (context: CanvasRenderingContext2D, scene: Scene, base: number, xOf: (place: number) => number) => {
  const { palette, axis, view, columns, width, height } = scene;
  context.fillStyle = palette.line;
  context.fillRect(0, base, width, 1);
  context.font = fonts;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  for (const { place, text } of ticksOf(axis, view, columns.first, width / 110)) {
    const x = Math.round(xOf(place));
    context.fillStyle = palette.line;
    context.fillRect(x, top, 1, height - ticksHeight - top + 3);
    context.fillStyle = palette.quiet;
    const half = context.measureText(text).width / 2 + 4;
    context.fillText(text, Math.max(half, Math.min(width - half, x)), height - ticksHeight / 2 + 2);
  }
};

/** Rectangles by their colour. All of one colour are filled in a row: changing the colour takes longer than filling. */
interface Fills {
  add(colour: string, x: number, y: number, width: number, height: number): void;
  fill(context: CanvasRenderingContext2D): void;
}

const createFills = (): Fills => {
  const byColour = new Map<string, number[]>();
  return {
    add: (colour, ...rectangle) => {
      const all = byColour.get(colour);
      if (all) all.push(...rectangle);
      else byColour.set(colour, rectangle);
    },
    fill: (context) => {
      for (const [colour, all] of byColour) {
        context.fillStyle = colour;
        for (let at = 0; at < all.length; at += 4)
          context.fillRect(all[at] ?? 0, all[at + 1] ?? 0, all[at + 2] ?? 0, all[at + 3] ?? 0);
      }
    },
  };
};

/** Where a bar is: its left edge, its width and its base, and the height of an event, in pixels. */
interface BarSpace {
  readonly x: number;
  readonly width: number;
  readonly base: number;
  readonly block: number;
}

/** One bar: what was accepted grows up from the base, in its actors' colours; what was refused hangs down from it. */
const addBar = (fills: Fills, { columns, palette }: Scene, bin: Bin, { x, width, base, block }: BarSpace) => {
  let y = base;
  if (bin.accepted > 0)
    for (const { actor, share } of sharesOf(columns, bin)) {
      const colour = palette.actor(actor);
      if (block >= 4)
        // Each event is a block of its own.
        for (let left = Math.round(share * bin.accepted); left > 0; left -= 1) {
          y -= block;
          fills.add(colour, x, y, width, block - 1);
        }
      else {
        // Whole pixels, or neighbours would blend into each other.
        const bottom = Math.round(y);
        y -= share * bin.accepted * block;
        if (Math.round(y) < bottom) fills.add(colour, x, Math.round(y), width, bottom - Math.round(y));
      }
    }
  const deep = Math.min(refusedHeight - 8, Math.max(10, bin.refused * Math.min(block, 6)));
  if (bin.refused > 0) fills.add(palette.trouble, x, base + 4, width, deep);
};

/** Half of the triangle on the cursor, in pixels. */
const tip = 6;

/** What the highest bar stands for: on the left, or on the right where the cursor is over that. `x`: of the cursor. */
const drawLabel = (
  context: CanvasRenderingContext2D,
  { palette, width }: Scene,
  text: string,
  x: number | undefined,
) => {
  context.font = fonts;
  context.fillStyle = palette.quiet;
  const isUnder = x !== undefined && x > -tip && x - tip <= margin + context.measureText(text).width + 2;
  context.textAlign = isUnder ? 'right' : 'left';
  context.fillText(text, isUnder ? width - margin : margin, 8);
};

/** The line at the version that is looked at. */
const drawCursor = (context: CanvasRenderingContext2D, { palette, height }: Scene, x: number) => {
  context.fillStyle = palette.ink;
  context.fillRect(Math.round(x) - 1, top - 6, 2, height - ticksHeight - top + 8);
  context.beginPath();
  context.moveTo(x - tip, top - 13);
  context.lineTo(x + tip, top - 13);
  context.lineTo(x, top - 4);
  context.fill();
};

/** Draws the timeline. What it costs depends on how wide the canvas is, not on how many events there are. */
export const draw = (context: CanvasRenderingContext2D, scene: Scene): void => {
  const { columns, axis, view, width, height, palette, cursor, pointer } = scene;
  const scale = width / (view.end - view.start);
  const xOf = (place: number) => (place - view.start) * scale;
  const base = height - ticksHeight - refusedHeight;
  context.clearRect(0, 0, width, height);
  drawAxis(context, scene, base, xOf);

  const length = binLength(view, axis, width);
  const bins = binsOf(columns, axis, view, length);
  const busiest = bins.reduce((most, { accepted }) => Math.max(most, accepted), 0);
  const full = busiest * largestBlock <= base - top ? (base - top) / largestBlock : roundUp(busiest, fullBars);
  const block = (base - top) / Math.max(1, full);
  const wide = Math.max(2, Math.min(length * scale - gap, 18));
  const fills = createFills();
  for (const bin of bins) {
    // On the axis of order a bar of one event stands right over its number; a bar of many is in the middle of what it covers.
    const isSingle = axis === 'order' && length === 1;
    const aside = isSingle ? 0.5 - wide / 2 : length * scale > 18 ? (length * scale - wide) / 2 : 0;
    addBar(fills, scene, bin, { x: Math.round(xOf(bin.place) + aside), width: wide, base, block });
  }
  fills.fill(context);

  const cursorX = cursor !== undefined && cursor < columns.length ? xOf(placeOf(columns, axis, cursor)) : undefined;
  if (busiest > 1) {
    const each = axis === 'time' ? span(length) : `${count(Math.round(length))} events`;
    drawLabel(context, scene, `up to ${count(busiest)} in ${each}`, cursorX);
  }
  if (pointer !== undefined) {
    context.fillStyle = palette.quiet;
    context.globalAlpha = 0.35;
    context.fillRect(Math.round(pointer), top, 1, height - ticksHeight - top);
    context.globalAlpha = 1;
  }
  if (cursorX !== undefined) drawCursor(context, scene, cursorX);
};
