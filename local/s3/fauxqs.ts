import { findPackageJSON } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * fauxqs's buckets and operations, without its server: that one listens on every network interface, takes no object above
 * 11 MB and checks no signature. The package exports the server alone, so its files are taken by their path; the version is
 * pinned, and the tests of this folder would notice a move.
 */

/** An object as the store keeps it, or its head. */
export interface StoredObject {
  readonly contentLength: number;
  /** In quotes, as the header has it. */
  readonly etag: string;
  readonly lastModified: Date;
}

/** An upload in parts that is not complete. */
interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly initiated: Date;
  readonly parts: ReadonlyMap<number, Part>;
}

interface Part {
  readonly partNumber: number;
  readonly etag: string;
  readonly body: Buffer;
  readonly lastModified: Date;
}

export interface BucketStore {
  readonly buckets: ReadonlyMap<string, ReadonlyMap<string, StoredObject>>;
  readonly multipartUploads: ReadonlyMap<string, Upload>;
  persistence: Persistence | undefined;
  /** Does nothing when there is such a bucket. */
  createBucket(name: string): void;
  /** Does nothing when there is no such object. Throws when there is no such bucket. */
  deleteObject(bucket: string, key: string): void;
}

/** The objects in an SQLite file. */
export interface Persistence {
  readonly db: {
    exec(sql: string): void;
    prepare(sql: string): {
      run(...values: (string | number)[]): unknown;
      all(...values: (string | number)[]): Record<string, unknown>[];
    };
  };
  transaction(run: () => void): void;
  loadS3(store: BucketStore): void;
  close(): void;
}

/** What an operation reads of a request. */
export interface FauxqsRequest {
  /** `*` is the key. */
  readonly params: { readonly bucket: string; readonly '*': string };
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** What an operation answers with. */
export interface FauxqsReply {
  header(name: string, value: string | number): FauxqsReply;
  status(code: number): FauxqsReply;
  send(body?: string | Buffer): void;
}

/** Answers one operation before it returns, or throws what S3 would answer. */
export type Handler = (request: FauxqsRequest, reply: FauxqsReply, store: BucketStore) => void;

const packageFile = findPackageJSON('fauxqs', import.meta.url);
if (packageFile === undefined) throw new Error('The package fauxqs is not installed: run `npm ci`.');
const load = (path: string) => import(new URL(`dist/${path}`, pathToFileURL(packageFile)).href);

/** The operations that programs may call, and the file that answers each. Buckets themselves come from the Pulumi program. */
const operations: Readonly<Record<string, string>> = {
  AbortMultipartUpload: 'abortMultipartUpload',
  CompleteMultipartUpload: 'completeMultipartUpload',
  CopyObject: 'putObject',
  CreateMultipartUpload: 'createMultipartUpload',
  DeleteObject: 'deleteObject',
  GetObject: 'getObject',
  GetObjectAttributes: 'getObjectAttributes',
  // Its own HEAD knows neither ranges nor conditions.
  HeadObject: 'getObject',
  PutObject: 'putObject',
  UploadPart: 'uploadPart',
  UploadPartCopy: 'uploadPart',
};

const [s3, disk, listBuckets, ...loaded] = await Promise.all([
  load('s3/s3Store.js') as Promise<{ S3Store: new () => BucketStore }>,
  load('persistence.js') as Promise<{ PersistenceManager: new (folder: string) => Persistence }>,
  load('s3/actions/listBuckets.js') as Promise<{ listBuckets: (reply: FauxqsReply, store: BucketStore) => void }>,
  ...Object.entries(operations).map(
    async ([operation, file]): Promise<[string, Handler]> => [
      operation,
      (await load(`s3/actions/${file}.js`))[file] as Handler,
    ],
  ),
]);

export const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ...loaded,
  ['ListBuckets', (_, reply, store) => listBuckets.listBuckets(reply, store)],
]);

export const createStore = (): BucketStore => new s3.S3Store();

/** Opens the SQLite file in a folder, and fills the store from it. */
export const openPersistence = (folder: string, store: BucketStore): Persistence => {
  const persistence = new disk.PersistenceManager(folder);
  // A commit is in the file, and so safe from a `kill -9`; what only a power cut could lose is not worth a disk sync per object.
  persistence.db.exec('PRAGMA synchronous = NORMAL');
  // Some of fauxqs's changes are transactions of their own, which SQLite does not take within another.
  const transaction = persistence.transaction.bind(persistence);
  let within = false;
  persistence.transaction = (run) => {
    if (within) return run();
    within = true;
    try {
      transaction(run);
    } finally {
      within = false;
    }
  };
  persistence.loadS3(store);
  store.persistence = persistence;
  return persistence;
};
