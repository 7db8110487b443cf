import type { Range } from 'dynalite/db/index.js';

/**
 * Where things are in the one LevelDB. `~` separates, for it is in no table or index name, and sorts after every
 * character of an item's key (hexadecimal, `/` and `.`).
 */
export const itemsOf = (table: string) => `item~${table}~`;
export const indexesOf = (table: string) => `index~${table}~`;
export const indexOf = (table: string, index: string) => `index~${table}~${index}~`;
/** The items of a table by the second in which they expire. */
export const expiriesOf = (table: string) => `ttl~${table}~`;
export const expiryAt = (table: string, second: number) => `ttl~${table}~${String(second).padStart(11, '0')}~`;
export const recordsOf = (table: string, shard: number) => `stream~${table}~${shard}~`;
/** The newest sequence number that a shard has dropped. */
export const horizonOf = (table: string, shard: number) => `horizon~${table}~${shard}`;
export const schemaOf = (table: string) => `table~${table}`;

const end = '\xff';

/** The part of a range that lies under a prefix: what the range leaves open is bounded by the prefix itself. */
export const within = (prefix: string, range: Range = {}): Range => ({
  ...(range.gt !== undefined ? { gt: prefix + range.gt } : { gte: prefix + (range.gte ?? '') }),
  ...(range.lte !== undefined ? { lte: prefix + range.lte } : { lt: prefix + (range.lt ?? end) }),
  reverse: range.reverse ?? false,
  limit: range.limit ?? -1,
});
