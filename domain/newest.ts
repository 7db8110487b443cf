import { sizeOf } from './size.ts';

/** How many values a list keeps, and how many bytes of JSON they may have together. */
interface Bounds {
  readonly count: number;
  readonly bytes: number;
}

/** Puts a value at the end of a list, and drops the oldest as far as its bounds ask for. The value itself always stays. */
export const withNewest = <T>(list: readonly T[], value: T, bounds: Bounds): readonly T[] => {
  const all = [...list.slice(Math.max(0, list.length + 1 - bounds.count)), value];
  let bytes = 0;
  const tooOld = all.findLastIndex((each, index) => {
    bytes += sizeOf(JSON.stringify(each)) + 1;
    return bytes > bounds.bytes && index < all.length - 1;
  });
  return all.slice(tooOld + 1);
};
