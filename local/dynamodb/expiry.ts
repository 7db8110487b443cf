import type { Level } from 'dynalite/db/index.js';
import { expired, expiryOf, type Items } from './items.ts';

/** Seconds: an item whose time passed more than five years ago stays (DynamoDB, "Using time to live": how it works). */
const tooOld = 5 * 365 * 24 * 60 * 60;
/** Items looked up at a time. */
const chunk = 500;

const identity = { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' } as const;

/** Deletes one item, unless somebody has given it another time meanwhile. */
const expireItem = (items: Items, key: string, second: number): Promise<void> =>
  new Promise((resolve, reject) => {
    items.level.lock(key, (release) => {
      const done = release((error) => (error ? reject(error) : resolve()));
      const before = items.get(key);
      const expiry = expiryOf(before, items.table.ttl);
      if (expiry === undefined || expiry > second) {
        done(null);
        return;
      }
      items.write(key, { before, identity }).then(() => done(null), done);
    });
  });

/** Deletes the items of a table that have expired by `now`, in milliseconds since the epoch. Costs what it deletes. */
export const expireItems = async (db: Level, items: Items, now: number): Promise<void> => {
  const second = Math.floor(now / 1000);
  for (;;) {
    const keys = await expired(db, items.table.name, second - tooOld, second, chunk);
    for (const key of keys) await expireItem(items, String(key), second);
    if (keys.length < chunk) return;
  }
};
