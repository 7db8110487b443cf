import type { Columns } from './columns.ts';
import { type Axis, rowFrom, type View } from './view.ts';

/** Events that are drawn as one bar. */
export interface Bin {
  /** Where the bar begins on the axis. */
  readonly place: number;
  /** Its rows: the first, and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly accepted: number;
  readonly refused: number;
}

/**
 * The bars of a view: only those that hold events. Bars lie on multiples of their length, so that they stay the same while the
 * view moves. It costs two searches a bar, however many events there are: a million are drawn as fast as a hundred.
 */
export const binsOf = (columns: Columns, axis: Axis, view: View, length: number): readonly Bin[] => {
  const bins: Bin[] = [];
  const end = Math.ceil(view.end / length);
  let number = Math.floor(view.start / length);
  let from = rowFrom(columns, axis, number * length);
  while (number < end && from < columns.length) {
    const to = rowFrom(columns, axis, (number + 1) * length);
    if (to > from) {
      const refused = columns.refusedBefore(to) - columns.refusedBefore(from);
      bins.push({ place: number * length, from, to, accepted: to - from - refused, refused });
    }
    from = to;
    number += 1;
  }
  return bins;
};

/** Rows of a bar that are looked at to see who sent them. */
const mostLookedAt = 128;

/** A part of a bar: an actor's. */
export interface Share {
  readonly actor: number;
  /** From 0 to 1. */
  readonly share: number;
}

/**
 * Whose accepted events a bar holds, by actor. Exact for up to 128 events; of more, some at even distances are taken for
 * all: beyond that the parts are thinner than a pixel.
 */
export const sharesOf = (columns: Columns, { from, to }: Bin): readonly Share[] => {
  const step = Math.max(1, (to - from) / mostLookedAt);
  const found = new Map<number, number>();
  let all = 0;
  for (let place = from; place < to; place += step) {
    const row = Math.floor(place);
    if (columns.isRefused(row)) continue;
    const actor = columns.actorOf(row);
    found.set(actor, (found.get(actor) ?? 0) + 1);
    all += 1;
  }
  // None of the sampled events was accepted: the bar gets the colour of its first event.
  if (all === 0) return [{ actor: columns.actorOf(from), share: 1 }];
  return [...found].sort(([a], [b]) => a - b).map(([actor, count]) => ({ actor, share: count / all }));
};
