import { z } from 'zod';
import { AwsError, type Engine, type Graph, type Invoke, type Say } from '../aws.ts';
import { createReadBody, type ReadBody } from '../door/body.ts';
import { aboutBucket } from './aboutBucket.ts';
import { changesBy } from './changes.ts';
import { checkConditions } from './conditions.ts';
import { type BucketDefinition, defineBuckets } from './definition.ts';
import { deleteObjects } from './deleteObjects.ts';
import { expirations } from './expirations.ts';
import { createStore, handlers, openPersistence } from './fauxqs.ts';
import { type S3Input, toS3Input } from './input.ts';
import { listObjects } from './listObjects.ts';
import { listParts, listUploads } from './listUploads.ts';
import { defineNotifications } from './notifications/definition.ts';
import { createNotifier, type NotifierOptions } from './notifications/notifier.ts';
import { memoryOutbox, type PendingNotification, storedOutbox } from './notifications/outbox.ts';
import { type Payload, payloadOf } from './payload.ts';
import { asWanted, isReading, rangeWithin } from './reading.ts';
import { type Reply, replyOf } from './reply.ts';
import { sizeOf } from './sizes.ts';

export interface BucketsOptions {
  readonly graph: Graph;
  readonly invoke: Invoke;
  /** Sends a message to a queue as a function. */
  readonly send: NotifierOptions['send'];
  /** Milliseconds before each further try of a function that failed on a notification. */
  readonly retryMs: readonly number[];
  readonly readBody?: ReadBody;
  /** Keeps the objects, and what is to be told of them, in this folder, through a `kill -9` too. Without it they live in memory. */
  readonly dataDir?: string;
  readonly say: Say;
}

/** S3 for the buckets of one program. */
export interface Buckets {
  readonly definitions: readonly BucketDefinition[];
  /** Answers with a `Reply`: S3 is not of the JSON protocol. For the input see `S3Input`. */
  readonly engine: Engine;
  /** Tells what could not be told before the last end. For when the functions can be invoked. */
  resume(): void;
  close(): void;
}

/** How fauxqs throws what S3 would answer. */
const Refusal = z.object({ name: z.literal('S3Error'), code: z.string(), message: z.string(), statusCode: z.number() });

const translate = (error: unknown): unknown => {
  const refusal = Refusal.safeParse(error);
  if (!refusal.success) return error;
  return new AwsError(refusal.data.code, refusal.data.message, refusal.data.statusCode);
};

/**
 * Runs the buckets of a program.
 * @throws Error when a bucket cannot run here, or notifies a function that AWS would not let it.
 */
export const createBuckets = ({
  graph,
  invoke,
  send,
  retryMs,
  readBody = createReadBody(),
  dataDir,
  say,
}: BucketsOptions): Buckets => {
  const definitions = defineBuckets(graph);
  const notifications = defineNotifications(graph, definitions);
  const store = createStore();
  const persistence = dataDir === undefined ? undefined : openPersistence(dataDir, store);
  const outbox = persistence === undefined ? memoryOutbox : storedOutbox(persistence);
  const notifier = createNotifier({ notifications, outbox, invoke, send, retryMs, say });
  for (const { name } of definitions) store.createBucket(name);
  for (const rule of expirations(graph)) say(`Nothing expires here: ${rule}.`);
  let closed = false;

  /** An upload is of one object: permission to write another one is none to complete it. */
  const checkUpload = ({ bucket, key, query }: S3Input) => {
    const upload = query.uploadId === undefined ? undefined : store.multipartUploads.get(query.uploadId);
    if (upload !== undefined && (upload.bucket !== bucket || upload.key !== key))
      throw new AwsError('NoSuchUpload', 'The specified upload does not exist for this key.', 404);
  };

  /** fauxqs would make an object of no parts. */
  const checkParts = (list: Buffer) => {
    if (list.includes('<Part>')) return;
    const message = 'The XML you provided was not well-formed or did not validate against our published schema';
    throw new AwsError('MalformedXML', message);
  };

  const answer = (operation: string, input: S3Input, { content: body, headers }: Payload): Reply => {
    const { bucket, key, query, deletes } = input;
    if (bucket !== '' && !store.buckets.has(bucket))
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    if (operation === 'DeleteObjects' && deletes !== undefined) return deleteObjects(store, bucket, deletes);
    if (operation === 'ListObjects' || operation === 'ListObjectsV2') return listObjects(operation, input, store);
    if (operation === 'ListMultipartUploads') return listUploads(input, store);
    const about = aboutBucket[operation];
    if (about !== undefined) return about;
    checkUpload(input);
    if (operation === 'ListParts') return listParts(input, store);
    const handler = handlers.get(operation);
    if (!handler) throw new AwsError('NotImplemented', `${operation} is not supported by the local S3.`, 501);
    if (operation === 'CompleteMultipartUpload') checkParts(body);
    const there = store.buckets.get(bucket)?.get(key);
    checkConditions(operation, input, there);
    const ask = (asked: Payload['headers']) =>
      replyOf((reply) => handler({ params: { bucket, '*': key }, query, headers: asked, body }, reply, store));
    return isReading(operation) ? asWanted(ask(rangeWithin(headers, there)), query) : ask(headers);
  };

  return {
    definitions,
    engine: async (operation, raw) => {
      const input = toS3Input(raw);
      const body = await readBody(input.body, ...sizeOf(operation));
      const payload = input.deletes
        ? { content: body, headers: input.headers }
        : await payloadOf(operation, body, input);
      if (closed) throw new AwsError('ServiceUnavailable', 'The local S3 has been closed.', 503);
      let reply: Reply | undefined;
      let pending: readonly PendingNotification[] = [];
      /** One transaction for an object and for what is to be told of it. */
      const work = () => {
        const changes = changesBy(store, { operation, ...input }, () => {
          reply = answer(operation, input, payload);
        });
        pending = notifier.note(changes);
      };
      try {
        if (persistence) persistence.transaction(work);
        else work();
      } catch (error) {
        throw translate(error);
      }
      notifier.tell(pending);
      return reply ?? {};
    },
    resume: notifier.resume,
    close: () => {
      if (closed) return;
      closed = true;
      notifier.close();
      persistence?.close();
    },
  };
};
