/** What ends at a time, the earliest first: a binary heap that also knows where each of its items is. */
export interface Deadlines<T> {
  /** Adds an item, or moves the one that is there. */
  readonly set: (item: T, at: number) => void;
  readonly remove: (item: T) => void;
  /** The earliest time; undefined: there is nothing. */
  readonly next: () => number | undefined;
  /** Takes the earliest item if its time has come. */
  readonly due: (now: number) => T | undefined;
}

interface Entry<T> {
  readonly item: T;
  readonly at: number;
}

export const createDeadlines = <T>(): Deadlines<T> => {
  const heap: Entry<T>[] = [];
  const places = new Map<T, number>();

  const put = (entry: Entry<T>, place: number) => {
    heap[place] = entry;
    places.set(entry.item, place);
  };

  /** Puts an entry where it belongs, starting at a place that is free. */
  const settle = (entry: Entry<T>, from: number) => {
    let place = from;
    for (;;) {
      const above = (place - 1) >> 1;
      const parent = place > 0 ? heap[above] : undefined;
      if (parent === undefined || parent.at <= entry.at) break;
      put(parent, place);
      place = above;
    }
    for (;;) {
      const [left, right] = [heap[2 * place + 1], heap[2 * place + 2]];
      const child = right !== undefined && left !== undefined && right.at < left.at ? right : left;
      if (child === undefined || child.at >= entry.at) break;
      const below = child === right ? 2 * place + 2 : 2 * place + 1;
      put(child, place);
      place = below;
    }
    put(entry, place);
  };

  const remove = (item: T) => {
    const place = places.get(item);
    if (place === undefined) return;
    places.delete(item);
    const last = heap.pop();
    if (last !== undefined && last.item !== item) settle(last, place);
  };

  return {
    set: (item, at) => settle({ item, at }, places.get(item) ?? heap.length),
    remove,
    next: () => heap[0]?.at,
    due: (now) => {
      const first = heap[0];
      if (first === undefined || first.at > now) return undefined;
      remove(first.item);
      return first.item;
    },
  };
};
