import type { Columns } from './columns.ts';

/** What the timeline is drawn over: the time at which events were received, or their order. */
export type Axis = 'time' | 'order';

/** The part of an axis that is seen: milliseconds since 1970, or rows. */
export interface View {
  readonly start: number;
  readonly end: number;
}

/** The least that can be seen at once: 20 milliseconds, 8 events. */
const least: Readonly<Record<Axis, number>> = { time: 20, order: 8 };

/** Where a row is on an axis. */
export const placeOf = (columns: Columns, axis: Axis, row: number): number =>
  axis === 'order' ? row : columns.timeOf(row);

/** The first row at or after a place on an axis. */
export const rowFrom = (columns: Columns, axis: Axis, place: number): number =>
  axis === 'order' ? Math.max(0, Math.min(columns.length, Math.ceil(place))) : columns.rowAt(place);

/** The row that is nearest to a place on an axis; `undefined` where there are none. */
export const nearestRow = (columns: Columns, axis: Axis, place: number): number | undefined => {
  if (columns.length === 0) return undefined;
  const after = Math.min(rowFrom(columns, axis, place), columns.length - 1);
  const before = Math.max(0, after - 1);
  const distance = (row: number) => Math.abs(placeOf(columns, axis, row) - place);
  return distance(before) < distance(after) ? before : after;
};

/** All of an axis, with some air at both ends. */
export const whole = (axis: Axis, first: number, last: number): View => {
  const length = Math.max(last - first, axis === 'time' ? 1000 : least.order);
  const air = length * 0.02;
  return { start: first - air, end: Math.max(last, first + length) + air };
};

/** Nearer or farther: `factor` below 1 shows less. The place under the pointer stays where it is. */
export const zoomed = (view: View, axis: Axis, factor: number, place: number, limits: View): View => {
  const length = view.end - view.start;
  const wanted = Math.max(least[axis], Math.min(length * factor, limits.end - limits.start));
  const share = length === 0 ? 0.5 : (place - view.start) / length;
  return within({ start: place - share * wanted, end: place + (1 - share) * wanted }, limits);
};

export const panned = ({ start, end }: View, by: number, limits: View): View =>
  within({ start: start + by, end: end + by }, limits);

/** A view moved back to where there is something to see. */
export const within = ({ start, end }: View, limits: View): View => {
  const length = Math.min(end - start, limits.end - limits.start);
  const from = Math.max(limits.start, Math.min(start, limits.end - length));
  return { start: from, end: from + length };
};

/** A view moved so that a place is in it, no further than it has to be. */
export const showing = (view: View, place: number): View => {
  const length = view.end - view.start;
  const edge = length * 0.06;
  if (place < view.start) return { start: place - edge, end: place - edge + length };
  if (place > view.end) return { start: place + edge - length, end: place + edge };
  return view;
};
