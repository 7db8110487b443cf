/** A number with its thousands apart: `1,000,000`. */
export const countText = (count: number): string => count.toLocaleString('en-US');

/** So many of something: `1 page`, `2 pages`. */
export const several = (count: number, one: string): string => `${countText(count)} ${one}${count === 1 ? '' : 's'}`;
