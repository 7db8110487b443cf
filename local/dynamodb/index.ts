import dynalite, { type Level, type Store } from 'dynalite/db/index.js';
import { AwsError, type Engine, type Resource } from '../aws.ts';
import { isItemOperation, runItemOperation } from './calls.ts';
import { defineTable, type TableDefinition } from './definition.ts';
import { expireItems } from './expiry.ts';
import { createItems, type Items, indexLevel } from './items.ts';
import { horizonOf, recordsOf, within } from './keys.ts';
import { settleSchema } from './schema.ts';
import { createSequence, type SequenceNumber, zero } from './sequence.ts';
import { createStream, type Stream, shardCount } from './stream.ts';
import { createStreamCalls } from './streamCalls.ts';
import { createTableCalls } from './tableCalls.ts';
import { createTransactions } from './transactions.ts';
import { createWriter } from './writer.ts';

export interface DynamoOptions {
  /** The program's `aws:dynamodb/table:Table`s. */
  readonly tables: readonly Resource[];
  /** Keeps tables and streams in this folder, through a `kill -9` too. Without it they live in memory. */
  readonly dataDir?: string;
  /** Milliseconds since the epoch; the clock of this machine by default. */
  readonly now?: () => number;
}

/** DynamoDB and DynamoDB Streams for the tables of one program. */
export interface Dynamo {
  /** Answers both services' operations. */
  readonly engine: Engine;
  /** Tells when a stream, named by its ARN, has new records to read. Returns how to stop listening. */
  onWrite(listener: (streamArn: string) => void): () => void;
  /** Deletes the items that have expired and the records that are too old, as is done each minute. */
  sweep(): Promise<void>;
  /** Waits for the writes on their way. */
  close(): Promise<void>;
}

/**
 * Records that a shard holds in memory. DynamoDB keeps a day of them whatever their number; four times this many, of a
 * kilobyte each, are what a long local session may take up.
 */
const recordsInMemory = 50_000;
/** Milliseconds between two sweeps. AWS deletes expired items within days, so nothing may rely on when. */
const sweepInterval = 60_000;

/** What keeps a folder from being opened, and what to do. LevelDB says the reason in the `cause`. */
const whyShut = (error: unknown): string => {
  const { code, message = String(error) } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  if (code === 'LEVEL_LOCKED') return 'stop the other run that uses this folder';
  if (/permission denied|read-only/i.test(message)) return `you may not write there (${message}); get the permission`;
  return `they may be damaged (${message}); put back a copy of the folder`;
};

const openLevel = async (db: Level, folder: string | undefined) => {
  try {
    await db.open();
  } catch (cause) {
    throw new Error(`The tables in ${folder} cannot be opened: ${whyShut(cause)}, or give another folder.`, { cause });
  }
};

/** The greatest sequence number that any shard holds, or has dropped. */
const lastSequence = async (db: Level, tables: readonly TableDefinition[]): Promise<SequenceNumber> => {
  let greatest = zero;
  for (const { name } of tables) {
    for (let shard = 0; shard < shardCount; shard += 1) {
      const prefix = recordsOf(name, shard);
      const [newest] = await db.keys(within(prefix, { reverse: true, limit: 1 })).all();
      const numbers = [newest?.slice(prefix.length) ?? zero, String(db.getSync(horizonOf(name, shard)) ?? zero)];
      for (const number of numbers) if (number > greatest) greatest = number;
    }
  }
  return greatest;
};

const notFound = () => ({
  statusCode: 400,
  body: {
    __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
    message: 'Requested resource not found',
  },
});

/** dynalite's store, over our tables and our way of writing. */
const overStore = (base: Store, items: ReadonlyMap<string, Items>): Store => ({
  ...base,
  getItemDb: (name) => items.get(name)?.level ?? base.getItemDb(name),
  getIndexDb: (_kind, table, index) => indexLevel(base, table, index),
  getTable: (name, checkStatus, callback) => {
    const answer = callback ?? checkStatus;
    if (typeof answer !== 'function') return;
    const table = items.get(name)?.table.description;
    if (table) answer(null, table);
    else answer(notFound());
  },
});

/**
 * Runs the tables of a program, with their streams.
 * @throws Error when DynamoDB would not create one of the tables, when a stored table has another key, or when the
 * folder is in use.
 */
export const createDynamo = async ({ tables, dataDir, now = Date.now }: DynamoOptions): Promise<Dynamo> => {
  const definitions = tables.map(defineTable);
  const base = dynalite.create(dataDir === undefined ? {} : { path: dataDir });
  const { db } = base;
  await openLevel(db, dataDir);
  try {
    for (const definition of definitions) await settleSchema(db, definition);
  } catch (error) {
    await db.close();
    throw error;
  }

  const sequence = createSequence(await lastSequence(db, definitions), now);
  const listeners = new Set<(streamArn: string) => void>();
  const written = new Set<string>();
  const writer = createWriter(db, () => {
    sequence.land();
    const arns = [...written];
    written.clear();
    for (const arn of arns) for (const listener of listeners) listener(arn);
  });

  const streams: Stream[] = [];
  const items = new Map<string, Items>();
  for (const table of definitions) {
    const stream = table.stream && openStream(table, table.stream);
    if (stream) streams.push(stream);
    items.set(table.name, createItems(base, writer, table, stream));
  }

  function openStream(table: TableDefinition, definition: NonNullable<TableDefinition['stream']>): Stream {
    const capacity = dataDir === undefined ? recordsInMemory : undefined;
    const stream = createStream({ db, table, definition, sequence, now, capacity });
    return {
      ...stream,
      append: (key, change) => {
        written.add(definition.arn);
        return stream.append(key, change);
      },
    };
  }

  const store = overStore(base, items);
  const calls: Readonly<Record<string, Engine>> = {
    ...createTableCalls(new Map(definitions.map((table) => [table.name, table]))),
    ...createStreamCalls(streams, now),
    ...createTransactions({ store, items, writer, now }),
  };

  let sweeping = Promise.resolve();
  const sweep = () => {
    sweeping = sweeping.then(async () => {
      for (const each of items.values()) await expireItems(db, each, now());
      for (const stream of streams) await stream.trim();
    });
    return sweeping;
  };
  const timer = setInterval(sweep, sweepInterval).unref();

  return {
    engine: async (operation, input) => {
      if (isItemOperation(operation)) return runItemOperation(store, operation, input);
      const call = Object.hasOwn(calls, operation) ? calls[operation] : undefined;
      if (call) return call(operation, input);
      throw new AwsError(
        'UnknownOperationException',
        `${operation} is not supported by the local DynamoDB: items are written, read and found, and tables are what the program says.`,
      );
    },
    onWrite: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    sweep,
    close: async () => {
      clearInterval(timer);
      await sweeping;
      await writer.idle();
      for (const stream of streams) await stream.trim();
      await db.close();
    },
  };
};
