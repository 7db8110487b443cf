import { clock, count, counted, day } from '../words.ts';
import { onThemeChange, readPalette } from './colours.ts';
import { type Columns, createColumns } from './columns.ts';
import { binLength, draw } from './draw.ts';
import { listenTo } from './gestures.ts';
import { type Axis, nearestRow, panned, placeOf, rowFrom, showing, type View, whole, within, zoomed } from './view.ts';

/** The first and last event of a room, known before the rest was read. */
export interface Reach {
  readonly first: number;
  readonly last: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** The events of a room, drawn. */
export interface Timeline {
  /** Shows another room. */
  show(columns: Columns, reach: Reach): void;
  /** There are more events, up to this reach. */
  grow(reach: Reach): void;
  /** Puts the cursor on a version, and moves the view there if it is not in it. */
  cursor(version: number): void;
  axis(axis: Axis): void;
  /** Nearer or farther around the cursor, or the middle; `fit` shows all. */
  zoom(factor: number | 'fit'): void;
}

export interface TimelineOptions {
  readonly canvas: HTMLCanvasElement;
  readonly tip: HTMLElement;
  readonly onPick: (version: number) => void;
}

/** Draws at most once a frame, and only when something has changed. */
const onceAFrame = (paint: () => void): (() => void) => {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      paint();
    });
  };
};

export const createTimeline = ({ canvas, tip, onPick }: TimelineOptions): Timeline => {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser draws on no canvas.');
  let columns = createColumns(1);
  let reach: Reach = { first: 1, last: 1, firstAt: 0, lastAt: 0 };
  let axis: Axis = 'time';
  let version = 0;
  let limits: View = { start: 0, end: 1 };
  let view: View = limits;
  let pointer: number | undefined;
  let palette = readPalette();
  let [width, height] = [1, 1];

  const placeAt = (x: number): number => view.start + (x / width) * (view.end - view.start);
  const rowOfCursor = (): number | undefined => {
    const row = version - columns.first;
    return row >= 0 && row < columns.length ? row : undefined;
  };
  const reachOn = (): View => {
    if (axis === 'order') return whole('order', 0, reach.last - reach.first);
    const last = columns.length > 0 ? columns.timeOf(columns.length - 1) : reach.lastAt;
    return whole('time', columns.length > 0 ? columns.timeOf(0) : reach.firstAt, Math.max(last, reach.lastAt));
  };

  const point = (): void => {
    tip.hidden = pointer === undefined || columns.length === 0;
    if (tip.hidden || pointer === undefined) return;
    const length = binLength(view, axis, width);
    const begin = Math.floor(placeAt(pointer) / length) * length;
    const [from, to] = [rowFrom(columns, axis, begin), rowFrom(columns, axis, begin + length)];
    const row = from === to ? nearestRow(columns, axis, placeAt(pointer)) : from;
    if (row === undefined) return;
    const refused = columns.refusedBefore(to) - columns.refusedBefore(from);
    const who = columns.names[columns.actorOf(row)] ?? '';
    const what = columns.isRefused(row) ? ', refused' : '';
    tip.textContent =
      to - from > 1
        ? `${counted(to - from, 'event')}${refused > 0 ? `, ${count(refused)} refused` : ''} from ${clock(columns.timeOf(from))}`
        : `${count(row + columns.first)} · ${clock(columns.timeOf(row))} · ${who}${what}`;
    tip.title = day(columns.timeOf(row));
    const half = tip.offsetWidth / 2;
    tip.style.translate = `${Math.max(0, Math.min(width - half * 2, pointer - half))}px 0`;
  };

  const invalidate = onceAFrame(() => {
    const density = devicePixelRatio;
    const [wide, tall] = [Math.round(width * density), Math.round(height * density)];
    if (canvas.width !== wide || canvas.height !== tall) [canvas.width, canvas.height] = [wide, tall];
    context.setTransform(density, 0, 0, density, 0, 0);
    draw(context, { columns, axis, view, cursor: rowOfCursor(), pointer, palette, width, height });
    point();
  });
  const look = (next: View): void => {
    view = next;
    invalidate();
  };

  new ResizeObserver(([entry]) => {
    if (entry) ({ width, height } = entry.contentRect);
    invalidate();
  }).observe(canvas);
  onThemeChange(() => {
    palette = readPalette();
    invalidate();
  });
  listenTo(canvas, {
    zoom: (factor, at) => look(zoomed(view, axis, factor, placeAt(at), limits)),
    pan: (pixels) => look(panned(view, (pixels / width) * (view.end - view.start), limits)),
    pick: (at) => {
      const row = nearestRow(columns, axis, placeAt(at));
      if (row !== undefined) onPick(row + columns.first);
    },
    point: (at) => {
      pointer = at;
      invalidate();
    },
  });

  return {
    show: (shown, far) => {
      [columns, reach] = [shown, far];
      limits = reachOn();
      look(limits);
    },
    grow: (far) => {
      const old = limits;
      reach = far;
      limits = reachOn();
      const length = view.end - view.start;
      // A view of everything still shows everything, and a view of the end moves along with it.
      if (length >= (old.end - old.start) * 0.999) view = limits;
      else if (view.end >= old.end) view = within({ start: limits.end - length, end: limits.end }, limits);
      invalidate();
    },
    cursor: (next) => {
      version = next;
      const row = rowOfCursor();
      look(row === undefined ? view : within(showing(view, placeOf(columns, axis, row)), limits));
    },
    axis: (next) => {
      const rows = [rowFrom(columns, axis, view.start), rowFrom(columns, axis, view.end) - 1] as const;
      const all = view.start <= limits.start && view.end >= limits.end;
      axis = next;
      limits = reachOn();
      const [from, to] = rows.map((row) => placeOf(columns, axis, Math.max(0, row))) as [number, number];
      look(all || to <= from ? limits : within(whole(axis, from, to), limits));
    },
    zoom: (factor) => {
      if (factor === 'fit') return look(limits);
      const row = rowOfCursor();
      const place = row === undefined ? undefined : placeOf(columns, axis, row);
      const isSeen = place !== undefined && place >= view.start && place <= view.end;
      look(zoomed(view, axis, factor, isSeen ? place : (view.start + view.end) / 2, limits));
    },
  };
};
