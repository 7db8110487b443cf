import type { Columns } from '../timeline/columns.ts';

/** Which events of a room to list; all where nothing is said. */
export interface Wanted {
  /** A place in `typeNames`. */
  readonly type?: number;
  /** A place in `names`. */
  readonly actor?: number;
  readonly refused?: boolean;
  /** Rows that say what is searched for, in order. */
  readonly found?: readonly number[];
}

/** The rows that are listed. */
export interface Filtered {
  readonly length: number;
  /** The row in a place of the list. */
  rowAt(place: number): number;
  /** The place of a row, or of the last one before it that is listed; -1 if none is. */
  placeOf(row: number): number;
  /** Goes through the rows that came since. */
  grow(wanted: Wanted): void;
}

const isAll = ({ type, actor, refused, found }: Wanted): boolean =>
  type === undefined && actor === undefined && refused === undefined && found === undefined;

/** The last place of which something is true that is true of all before it; -1 if it is of none. */
const lastWhere = (length: number, isSo: (place: number) => boolean): number => {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isSo(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/** A filter over columns: a million rows take some milliseconds, and each row is looked at once. */
export const createFilter = (columns: Columns, wanted: Wanted): Filtered => {
  if (isAll(wanted))
    return {
      get length() {
        return columns.length;
      },
      rowAt: (place) => place,
      placeOf: (row) => Math.min(row, columns.length - 1),
      grow: () => {},
    };
  const rows: number[] = [];
  let [next, nextFound] = [0, 0];
  const passes = (row: number): boolean =>
    (wanted.type === undefined || columns.typeOf(row) === wanted.type) &&
    (wanted.actor === undefined || columns.actorOf(row) === wanted.actor) &&
    (wanted.refused === undefined || columns.isRefused(row) === wanted.refused);
  const grow = ({ found }: Wanted): void => {
    if (found) {
      for (; nextFound < found.length && (found[nextFound] ?? 0) < columns.length; nextFound += 1)
        if (passes(found[nextFound] ?? 0)) rows.push(found[nextFound] ?? 0);
    } else for (; next < columns.length; next += 1) if (passes(next)) rows.push(next);
  };
  grow(wanted);
  return {
    get length() {
      return rows.length;
    },
    rowAt: (place) => rows[place] ?? 0,
    placeOf: (row) => lastWhere(rows.length, (place) => (rows[place] ?? 0) <= row),
    grow,
  };
};
