import { Readable } from 'node:stream';
import dynalite, {
  type Callback,
  type Item,
  type Level,
  type Operation,
  type Store,
  type SubLevel,
} from 'dynalite/db/index.js';
import type { TableDefinition } from './definition.ts';
import { expiriesOf, expiryAt, indexOf, itemsOf, within } from './keys.ts';
import { type Change, same } from './record.ts';
import type { Stream } from './stream.ts';
import type { Writer } from './writer.ts';

/** The items of a table. */
export interface Items {
  readonly table: TableDefinition;
  /** As dynalite's actions see them. */
  readonly level: SubLevel;
  get(key: string): Item | undefined;
  /**
   * Writes the change of the item under `key`, with its index entries and its stream record: all of it lands, or nothing.
   * Only for who holds the key's lock. A change that changes nothing writes nothing, so makes no record.
   */
  write(key: string, change: Change): Promise<void>;
  /** The same for who writes several items at once, when their turn has come. */
  operationsOf(key: string, change: Change): Operation[];
}

/** Seconds since the epoch at which an item expires; undefined for one that does not. */
export const expiryOf = (item: Item | undefined, ttl: string | undefined): number | undefined => {
  const second = ttl === undefined ? Number.NaN : Number(item?.[ttl]?.N ?? Number.NaN);
  return second >= 0 && second < 1e11 ? Math.floor(second) : undefined;
};

/** The operations that keep the secondary indexes and the order of expiry in step with an item. */
export const derivedOperations = (table: TableDefinition, key: string, { before, after }: Change): Operation[] => {
  const { description, name, ttl } = table;
  const indexes = [...(description.LocalSecondaryIndexes ?? []), ...(description.GlobalSecondaryIndexes ?? [])];
  const operations: Operation[] = [];
  if (indexes.length > 0) {
    const { deletes, puts } = dynalite.getIndexActions(indexes, before, after, description);
    for (const each of deletes) operations.push({ type: 'del', key: indexOf(name, each.index) + each.key });
    for (const each of puts)
      operations.push({ type: 'put', key: indexOf(name, each.index) + each.key, value: each.item });
  }
  const [was, is] = [expiryOf(before, ttl), expiryOf(after, ttl)];
  if (was !== is) {
    if (was !== undefined) operations.push({ type: 'del', key: expiryAt(name, was) + key });
    if (is !== undefined) operations.push({ type: 'put', key: expiryAt(name, is) + key, value: key });
  }
  return operations;
};

/** Values read ahead at a time: a query costs what it returns, give or take these. */
const readAhead = 32;

/** The values of a range, as a stream that reads on only while someone listens. */
export const streamValues = (db: Level, range: Parameters<Level['values']>[0]): Readable =>
  Readable.from(
    (async function* () {
      const cursor = db.values(range);
      try {
        for (;;) {
          const values = await cursor.nextv(readAhead);
          if (values.length === 0) return;
          yield* values;
        }
      } finally {
        await cursor.close();
      }
    })(),
    { highWaterMark: readAhead },
  );

const settle = (promise: Promise<void>, callback: Callback<void>) => {
  promise.then(
    () => callback(null),
    (error: unknown) => callback(error),
  );
};

export const createItems = (
  store: Store,
  writer: Writer,
  table: TableDefinition,
  stream: Stream | undefined,
): Items => {
  const { db } = store;
  const prefix = itemsOf(table.name);
  const get = (key: string) => db.getSync(prefix + key) as Item | undefined;

  const operationsOf: Items['operationsOf'] = (key, change) => {
    const { before, after } = change;
    if (same(before, after)) return [];
    return [
      after ? { type: 'put', key: prefix + key, value: after } : { type: 'del', key: prefix + key },
      ...derivedOperations(table, key, change),
      ...(stream ? [stream.append(key, change)] : []),
    ];
  };

  const write: Items['write'] = async (key, change) => {
    if (!same(change.before, change.after)) await writer.write(() => operationsOf(key, change));
  };

  return {
    table,
    get,
    write,
    operationsOf,
    level: {
      lock: store.getItemDb(table.name).lock,
      get: (key, callback) => {
        let item: Item | undefined;
        try {
          item = get(key);
        } catch (error) {
          callback(error);
          return;
        }
        callback(null, item);
      },
      put: (key, after, callback) => settle(write(key, { before: get(key), after }), callback),
      del: (key, callback) => settle(write(key, { before: get(key) }), callback),
      createValueStream: (range) => streamValues(db, within(prefix, range)),
    },
  };
};

/** The entries of an index, as dynalite's actions see them. They are written with their item, so not here. */
export const indexLevel = (store: Store, table: string, index: string): SubLevel => ({
  lock: store.getIndexDb('global', table, index).lock,
  get: (key, callback) => callback(null, store.db.getSync(indexOf(table, index) + key)),
  put: (_key, _entry, callback) => callback(null),
  del: (_key, callback) => callback(null),
  createValueStream: (range) => streamValues(store.db, within(indexOf(table, index), range)),
});

/** The keys of the items of a table that expired in the seconds from `from` to `to`, both included, oldest first. */
export const expired = (db: Level, table: string, from: number, to: number, limit: number): Promise<unknown[]> => {
  const prefix = expiriesOf(table);
  const bound = (second: number) => expiryAt(table, Math.max(0, second)).slice(prefix.length);
  return db.values(within(prefix, { gte: bound(from), lt: bound(to + 1), limit })).all();
};
