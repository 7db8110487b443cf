/** The parts of dynalite 4 that are used here. The package has no types of its own. */

declare module 'dynalite/db/index.js' {
  /** An attribute as the wire has it: `{ S: 'a' }`, `{ N: '1' }`, `{ L: [...] }`. */
  export type AttributeValue = Readonly<Record<string, unknown>>;
  export type Item = Readonly<Record<string, AttributeValue>>;

  export interface KeyElement {
    readonly AttributeName: string;
    readonly KeyType: 'HASH' | 'RANGE';
  }

  export interface Index {
    readonly IndexName: string;
    readonly KeySchema: readonly KeyElement[];
    readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
  }

  /** What `DescribeTable` answers, and what the actions read of a table. */
  export interface TableDescription {
    readonly TableName: string;
    readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
    readonly KeySchema: readonly KeyElement[];
    readonly GlobalSecondaryIndexes?: readonly Index[];
    readonly LocalSecondaryIndexes?: readonly Index[];
    readonly [member: string]: unknown;
  }

  export interface Range {
    readonly gt?: string;
    readonly gte?: string;
    readonly lt?: string;
    readonly lte?: string;
    readonly reverse?: boolean;
    /** -1 is no limit. */
    readonly limit?: number;
  }

  export type Operation =
    | { readonly type: 'put'; readonly key: string; readonly value: unknown }
    | { readonly type: 'del'; readonly key: string };

  interface Cursor<T> {
    nextv(size: number): Promise<T[]>;
    all(): Promise<T[]>;
    close(): Promise<void>;
  }

  /** An `abstract-level` database with string keys and JSON values. */
  export interface Level {
    open(): Promise<void>;
    close(): Promise<void>;
    /** Undefined for a key that is not there. */
    getSync(key: string): unknown;
    batch(operations: readonly Operation[]): Promise<void>;
    keys(range: Range): Cursor<string>;
    values(range: Range): Cursor<unknown>;
    iterator(range: Range): Cursor<[string, unknown]>;
    clear(range: Range): Promise<void>;
  }

  export type Callback<T> = (error: unknown, value?: T) => void;

  /** Holds the key until the function that wraps the callback has been called. */
  export type Lock = (key: string, run: (release: (done: Callback<never>) => Callback<never>) => void) => void;

  /** The items of one table, or the entries of one index, as the actions see them. */
  export interface SubLevel {
    readonly lock: Lock;
    get(key: string, callback: Callback<unknown>): void;
    put(key: string, value: Item, callback: Callback<void>): void;
    del(key: string, callback: Callback<void>): void;
    createValueStream(range: Range): import('node:stream').Readable;
  }

  /** What the actions work on. */
  export interface Store {
    readonly db: Level;
    readonly options: { readonly maxItemSize: number };
    getItemDb(table: string): SubLevel;
    getIndexDb(kind: string, table: string, index: string): SubLevel;
    getTable(
      name: string,
      checkStatus: boolean | Callback<TableDescription>,
      callback?: Callback<TableDescription>,
    ): void;
  }

  export interface IndexActions {
    readonly puts: readonly { readonly index: string; readonly key: string; readonly item: Item }[];
    readonly deletes: readonly { readonly index: string; readonly key: string }[];
  }

  /** In memory without a `path`. */
  export function create(options: { path?: string }): Store;
  /** Bytes, by DynamoDB's rules. */
  export function itemSize(item: Item): number;
  export function createKey(item: Item, table: TableDescription): string;
  export function getIndexActions(
    indexes: readonly Index[],
    before: Item | undefined,
    after: Item | undefined,
    table: TableDescription,
  ): IndexActions;

  const db: {
    readonly create: typeof create;
    readonly itemSize: typeof itemSize;
    readonly createKey: typeof createKey;
    readonly getIndexActions: typeof getIndexActions;
  };
  export default db;
}

declare module 'dynalite/validations/index.js' {
  const validations: {
    /** Returns a copy that holds only the members that `types` knows; throws an error with `statusCode` and `body`. */
    checkTypes(input: object, types: object): object;
    /** Parses the expressions into the data; throws an error with `statusCode` and `body`. */
    checkValidations(data: object, types: object, custom: unknown, store: unknown): void;
  };
  export default validations;
}

declare module 'dynalite/validations/*.js' {
  const rules: { readonly types: object; readonly custom?: unknown };
  export default rules;
}

declare module 'dynalite/actions/*.js' {
  import type { Callback, Store } from 'dynalite/db/index.js';

  const action: (store: Store, data: object, callback: Callback<object>) => void;
  export default action;
}
