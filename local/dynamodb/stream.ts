import { crc32 } from 'node:zlib';
import type { Level, Operation } from 'dynalite/db/index.js';
import type { StreamDefinition, TableDefinition } from './definition.ts';
import { horizonOf, recordsOf, within } from './keys.ts';
import { type Change, createRecord, type StreamRecord } from './record.ts';
import { type Sequence, type SequenceNumber, sequenceAt, zero } from './sequence.ts';

/** More than one, so that nobody comes to rely on an order between items, which DynamoDB does not promise. */
export const shardCount = 4;
/** Milliseconds that a record is kept: 24 hours (DynamoDB Streams, "Data retention limit"). */
const retention = 24 * 60 * 60 * 1000;
/** GetRecords returns at most 1 MB (API reference of GetRecords). */
const maxBytes = 1024 * 1024;
/** Records that a shard holds beyond its limit before it drops them, for dropping one at a time costs more than writing one. */
const slack = 1000;

/** Where to read on: from the oldest record there is, or from a sequence number, with or without its own record. */
export type Position = 'oldest' | { readonly from: SequenceNumber; readonly inclusive: boolean };

/** The records of one table's stream. */
export interface Stream extends StreamDefinition {
  readonly table: TableDefinition;
  /** The operation that adds the record of a change. The shard is chosen by the item's key, so order holds per item. */
  append(key: string, change: Change): Operation;
  /** Up to `limit` records and 1 MB, in order, by a range read. */
  read(shard: number, position: Position, limit: number): Promise<StreamRecord[]>;
  /** The newest sequence number that the shard no longer has. */
  horizon(shard: number): SequenceNumber;
  /** The greatest sequence number in the database. */
  landed(): SequenceNumber;
  /** Drops what is too old, or too much. */
  trim(): Promise<void>;
}

export interface StreamOptions {
  readonly db: Level;
  readonly table: TableDefinition;
  readonly definition: StreamDefinition;
  readonly sequence: Sequence;
  readonly now: () => number;
  /** Records that a shard holds at most; without it, only age drops them. */
  readonly capacity?: number | undefined;
}

export const createStream = ({ db, table, definition, sequence, now, capacity }: StreamOptions): Stream => {
  const shards = Array.from({ length: shardCount }, (_, shard) => ({
    prefix: recordsOf(table.name, shard),
    horizonKey: horizonOf(table.name, shard),
    count: 0,
    horizon: String(db.getSync(horizonOf(table.name, shard)) ?? zero),
  }));
  type Shard = (typeof shards)[number];
  let trimming: Promise<void> | undefined;

  const shardAt = (at: number): Shard => {
    const shard = shards[at];
    if (!shard) throw new RangeError(`The stream of ${table.name} has no shard ${at}.`);
    return shard;
  };

  /** Drops a shard's records up to a sequence number, and remembers it: to read on from before it is to miss records. */
  const drop = async (shard: Shard, upTo: SequenceNumber) => {
    shard.horizon = upTo;
    await db.batch([{ type: 'put', key: shard.horizonKey, value: upTo }]);
    await db.clear(within(shard.prefix, { lte: upTo }));
  };

  const trimShard = async (shard: Shard) => {
    const old = await db
      .keys(within(shard.prefix, { lt: sequenceAt(now() - retention), reverse: true, limit: 1 }))
      .all();
    const newestOld = old[0];
    if (newestOld) await drop(shard, newestOld.slice(shard.prefix.length));
    if (capacity === undefined || shard.count <= capacity) return;
    const excess = await db.keys(within(shard.prefix, { limit: shard.count - capacity })).all();
    shard.count -= excess.length;
    const newestExcess = excess.at(-1);
    if (newestExcess) await drop(shard, newestExcess.slice(shard.prefix.length));
  };

  const trim = async () => {
    for (const shard of shards) await trimShard(shard);
  };

  return {
    ...definition,
    table,
    append: (key, change) => {
      const shard = shardAt(crc32(key) % shardCount);
      shard.count += 1;
      if (capacity !== undefined && shard.count > capacity + slack) {
        trimming ??= trim().finally(() => {
          trimming = undefined;
        });
      }
      const number = sequence.next();
      const value = createRecord(table.description, definition.view, change, number);
      return { type: 'put', key: shard.prefix + number, value };
    },
    read: async (shard, position, limit) => {
      const range = position === 'oldest' ? {} : position.inclusive ? { gte: position.from } : { gt: position.from };
      const cursor = db.values(within(shardAt(shard).prefix, range));
      const records: StreamRecord[] = [];
      let bytes = 0;
      try {
        while (records.length < limit) {
          const values = await cursor.nextv(Math.min(64, limit - records.length));
          if (values.length === 0) break;
          for (const record of values as StreamRecord[]) {
            bytes += record.dynamodb.SizeBytes;
            if (bytes > maxBytes && records.length > 0) return records;
            records.push(record);
          }
        }
        return records;
      } finally {
        await cursor.close();
      }
    },
    horizon: (shard) => shardAt(shard).horizon,
    landed: () => sequence.landed(),
    trim: async () => {
      await trimming;
      await trim();
    },
  };
};
