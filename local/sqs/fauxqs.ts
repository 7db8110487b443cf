import { findPackageJSON } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { MessageAttributes } from './messageAttributes.ts';

/**
 * fauxqs's queues and operations, without its server: that one listens on every network interface, and costs an HTTP
 * round trip. The package exports the server alone, so its files are taken by their path; the version is pinned, and
 * the tests of this folder would notice a move.
 */

/** A message that waits in a queue. */
export interface WaitingMessage {
  readonly messageId: string;
}

/** A message before it is in a queue. */
export interface NewMessage extends WaitingMessage {
  readonly md5OfBody: string;
  /** Empty when there are none. */
  readonly md5OfMessageAttributes: string;
}

export interface Queue {
  readonly name: string;
  url: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The messages of a standard queue that can be received, in the order in which they will be. */
  readonly messages: WaitingMessage[];
  enqueue(message: NewMessage): void;
  setAttributes(attributes: Readonly<Record<string, string>>): void;
  /** Resolves when there may be something to receive, or after so many seconds. */
  waitForMessages(seconds: number): Promise<void>;
}

interface Store {
  new (): QueueStore;
  /** `delaySeconds` above 0. */
  createMessage(
    body: string,
    attributes: MessageAttributes,
    delaySeconds: number | undefined,
    group: string | undefined,
  ): NewMessage;
}

export interface QueueStore {
  readonly queues: Map<string, Queue>;
  persistence: Persistence | undefined;
  createQueue(name: string, url: string, arn: string, attributes: Readonly<Record<string, string>>): Queue;
  /** Finds a queue by the last part of a URL, whatever its host. */
  getQueue(url: string): Queue | undefined;
  getQueueByName(name: string): Queue | undefined;
  /** Ends all waiting. */
  shutdown(): void;
}

/** The queues and their messages in an SQLite file. */
export interface Persistence {
  readonly db: { exec(sql: string): void; prepare(sql: string): { run(...values: unknown[]): unknown } };
  transaction(run: () => void): void;
  updateMessageReady(messageId: string): void;
  loadSqsAndSns(queues: QueueStore, topics: object): void;
  close(): void;
}

/** Answers one operation. Touches the store before it returns, so a promise is about the answer alone. */
export type Handler = (
  input: Readonly<Record<string, unknown>>,
  store: QueueStore,
  request: { readonly headers: Readonly<Record<string, string>> },
) => object | Promise<object>;

const packageFile = findPackageJSON('fauxqs', import.meta.url);
if (packageFile === undefined) throw new Error('The package fauxqs is not installed: run `npm ci`.');
const load = (path: string) => import(new URL(`dist/${path}`, pathToFileURL(packageFile)).href);

const [sqs, sns, disk, digests] = await Promise.all([
  load('sqs/sqsStore.js') as Promise<{ SqsStore: Store }>,
  load('sns/snsStore.js') as Promise<{ SnsStore: new () => object }>,
  load('persistence.js') as Promise<{ PersistenceManager: new (folder: string) => Persistence }>,
  load('common/md5.js') as Promise<Digests>,
]);

interface Digests {
  md5(text: string): string;
  /** Empty when there are none. */
  md5OfMessageAttributes(attributes: MessageAttributes): string;
}
export const { md5, md5OfMessageAttributes } = digests;

/** The operations that are fauxqs's. It sends too, but refuses what SQS takes and takes what SQS refuses. */
const operations = ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'PurgeQueue', 'ReceiveMessage'];

export const handlers: ReadonlyMap<string, Handler> = new Map(
  await Promise.all(
    operations.map(async (operation): Promise<[string, Handler]> => {
      const file = operation.charAt(0).toLowerCase() + operation.slice(1);
      return [operation, (await load(`sqs/actions/${file}.js`))[file] as Handler];
    }),
  ),
);

export const { createMessage } = sqs.SqsStore;

export const createStore = (): QueueStore => new sqs.SqsStore();

/** Opens the SQLite file in a folder, and fills the store from it. */
export const openPersistence = (folder: string, store: QueueStore): Persistence => {
  const persistence = new disk.PersistenceManager(folder);
  // A commit is in the file, and so safe from a `kill -9`; what only a power cut could lose is not worth a disk sync per message.
  persistence.db.exec('PRAGMA synchronous = NORMAL');
  // fauxqs 2.4.1 sets the receive count of a message that becomes visible again to NULL, which its own schema refuses:
  // the message would be lost until the next start. It is to keep its count.
  const ready = persistence.db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  persistence.updateMessageReady = (messageId) => {
    ready.run(messageId);
  };
  persistence.loadSqsAndSns(store, new sns.SnsStore());
  store.persistence = persistence;
  for (const queue of store.queues.values()) Object.assign(queue, { persistence });
  return persistence;
};
