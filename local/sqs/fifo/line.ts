/** First in, first out; both ends in constant time, where `shift` of an array moves all that stay. */
export interface Line<T> {
  readonly length: () => number;
  readonly push: (item: T) => void;
  readonly first: () => T | undefined;
  readonly shift: () => T | undefined;
}

/** How many empty places at the front are worth moving the rest for. */
const slack = 32;

export const createLine = <T>(): Line<T> => {
  let items: (T | undefined)[] = [];
  let start = 0;
  return {
    length: () => items.length - start,
    push: (item) => {
      items.push(item);
    },
    first: () => items[start],
    shift: () => {
      if (start === items.length) return undefined;
      const item = items[start];
      items[start++] = undefined;
      if (start > slack && start * 2 > items.length) {
        items = items.slice(start);
        start = 0;
      }
      return item;
    },
  };
};
