import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Delivery, split } from '../domain/delivery.ts';

/** A delivery on its way into the queue. */
export interface Queued {
  /** Deliveries of one group are posted in the order in which they were queued. SQS takes 128 characters. */
  readonly group: string;
  /** What was queued under this name in the last five minutes is not queued again. SQS takes 128 characters, with what `split` adds. */
  readonly name: string;
  readonly delivery: Delivery;
}

/** The name of what a room's page says to a lane: it follows from the page, so that what is queued twice is one message. */
export const castName = (cast: {
  readonly room: string;
  readonly epoch: string;
  readonly from: number;
  readonly lane: number | 'over';
}): string => `${cast.room}/${cast.epoch}/${cast.from}/${cast.lane}`;

/** The name under which a delivery is queued again that was given up: another one, which still tells its page. */
export const nameAgain = (name: string, id: string): string => {
  const page = pageNamed(name);
  return page ? `again/${page.epoch}/${page.from}/${id}` : `again/${id}`;
};

/** The page that a cast was made of, by the name that it was queued under; `undefined` for what is no cast. */
export const pageNamed = (name: string): { readonly epoch: string; readonly from: number } | undefined => {
  const [, epoch, from] = /^(?:again|[^/]+\/[^/]+)\/([\w-]*)\/(\d+)\//.exec(name) ?? [];
  return epoch === undefined ? undefined : { epoch, from: Number(from) };
};

/** Queue `deliveries`: what is to be posted. FIFO: in order by group, and once. */
export interface Deliveries {
  /** Rejects unless all of them were taken; then they are all to be queued again, under the same names. */
  queue(deliveries: Iterable<Queued>): Promise<void>;
}

/**
 * JSON of characters that SQS takes: it refuses messages with U+FFFE or U+FFFF (SendMessage, `InvalidMessageContents`), and a
 * cast that can't be queued would hold up its room for good. Lone surrogates are escaped by `JSON.stringify` itself.
 */
const encode = (delivery: Delivery): string =>
  JSON.stringify(delivery).replace(/[\uFFFE\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);

/** Of one message, in bytes. SQS takes 1 MiB; Lambda hands over 6 MB at once, and should get several of a group. */
const maxMessageBytes = 512 * 1024;

/** Posts that one delivery asks for. A sender has up to ten at once, and makes some hundreds of posts a second. */
const maxPosts = 2000;

/** Whether a delivery can be a message of the queue. The events of a page always can: they have 256 KB at most. */
const fits = (delivery: Delivery): boolean => {
  const posts = delivery.to.reduce((sum, { connections, texts }) => sum + connections.length * texts.length, 0);
  return posts <= maxPosts && Buffer.byteLength(encode(delivery)) <= maxMessageBytes;
};

/** Of a batch of messages: 10 at most, and 1 MiB together (SQS quotas); a little is left for the envelope. */
const maxBatch = 10;
const maxBatchBytes = 1000 * 1024;

/**
 * Encodes messages as they are taken, one batch at a time: a cast to thousands of members would be hundreds of megabytes. No
 * batch has two of one group: SQS may refuse one of a batch and take those behind it, which would then be in front of it.
 */
function* batches(deliveries: Iterable<Queued>): Generator<readonly SendMessageBatchRequestEntry[]> {
  let batch = new Map<string, SendMessageBatchRequestEntry>();
  let size = 0;
  for (const { group: MessageGroupId, name, delivery } of deliveries)
    for (const piece of split(delivery, fits)) {
      const MessageBody = encode(piece.delivery);
      const bytes = Buffer.byteLength(MessageBody);
      if (batch.has(MessageGroupId) || batch.size === maxBatch || (batch.size > 0 && size + bytes > maxBatchBytes)) {
        yield [...batch.values()];
        [batch, size] = [new Map(), 0];
      }
      const MessageDeduplicationId = `${name}${piece.name && '/'}${piece.name}`;
      batch.set(MessageGroupId, { Id: String(batch.size), MessageBody, MessageGroupId, MessageDeduplicationId });
      size += bytes;
    }
  if (batch.size > 0) yield [...batch.values()];
}

export const createDeliveries = (client: SQSClient, queueUrl: string): Deliveries => ({
  queue: async (deliveries) => {
    for (const Entries of batches(deliveries)) {
      const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [...Entries] }));
      if (Failed?.length)
        throw new Error(`SQS did not take ${Failed.length} of ${Entries.length} deliveries: ${Failed[0]?.Message}.`);
    }
  },
});

/** What a consumer does with messages that it can't finish. */
export interface Receipts {
  /** Makes messages that were received visible again after so many seconds, at most ten of them. */
  comeBack(receiptHandles: readonly string[], seconds: number): Promise<void>;
  /** Puts a body among the dead letters, once. */
  park(messageId: string, body: string): Promise<void>;
}

export const createReceipts = (
  client: SQSClient,
  urls: { readonly queue: string; readonly deadLetters: string },
): Receipts => ({
  comeBack: async (receiptHandles, VisibilityTimeout) => {
    const Entries = receiptHandles.map((ReceiptHandle, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout,
    }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: urls.queue, Entries }));
  },
  park: async (messageId, MessageBody) => {
    const parked = { MessageBody, MessageGroupId: 'parked', MessageDeduplicationId: messageId };
    await client.send(new SendMessageCommand({ QueueUrl: urls.deadLetters, ...parked }));
  },
});
