import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Payloads } from '../domain/cast.ts';

/** Payloads, and the connections to post them to. */
export interface Delivery {
  /** Where the payloads come from; empty for a message from one connection to another. */
  readonly room: string;
  /** States: a newer one may take its place. Events, and all that has to arrive: each is posted. */
  readonly cast: 'state' | 'events';
  /** The version of the room that the payloads lead to. */
  readonly version: number;
  readonly groups: readonly Payloads[];
  /** Set when it is sent once more to undo a possible overtaking: an equal version that was posted before is no reason to leave it out. */
  readonly again?: true;
  /** Who is to be told if there is no such connection, and that sender's own id of the message. */
  readonly sender?: { readonly connection: string; readonly id?: string };
  /** How often posting it to these connections has failed. */
  readonly attempt?: number;
}

/** Asks for a room's latest state to be cast once more, because an older one may have come in after it. */
export interface Recast {
  readonly recast: string;
}

export type Message = Delivery | Recast;

/**
 * JSON of characters that every queue takes. SQS refuses messages with U+FFFE or U+FFFF (SendMessage, `InvalidMessageContents`),
 * the local one with any beyond U+FFFF too; a cast that can't be queued would hold up all rooms behind it.
 */
const json = (value: unknown): string =>
  JSON.stringify(value).replace(/[\uD800-\uDFFF\uFFFE\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);

/** Bytes that a text takes in a message of the queue. More than it has itself: an emoji of 4 bytes is escaped with 12. */
export const encodedSize = (text: string): number => Buffer.byteLength(json(text));

/** In the queue each payload stands once, however many groups are sent it: groups name payloads by their places. */
export const encode = (message: Message): string => {
  if ('recast' in message) return json(message);
  const places = new Map<string, number>();
  const placeOf = (payload: string) => {
    const place = places.get(payload) ?? places.size;
    places.set(payload, place);
    return place;
  };
  const groups = message.groups.map(({ payloads, connections }) => ({ payloads: payloads.map(placeOf), connections }));
  return json({ ...message, groups, payloads: [...places.keys()] });
};

/** A message as it was queued. */
export const decode = (body: string): Message => {
  const message = JSON.parse(body);
  if ('recast' in message) return message;
  const { payloads, groups, ...rest } = message;
  type Encoded = { readonly payloads: readonly number[]; readonly connections: readonly string[] };
  return {
    ...rest,
    groups: (groups as readonly Encoded[]).map((group) => ({
      payloads: group.payloads.map((place) => payloads[place]),
      connections: group.connections,
    })),
  };
};

/** Queue `deliveries`: what is to be posted. Standard: at least once, in any order. */
export interface Deliveries {
  /** Rejects unless all messages were taken. `delay`: seconds, 900 at most, before they may be received. */
  queue(messages: readonly Message[], delay?: number): Promise<void>;
}

/** Of a batch of messages: 10 at most, and 1 MiB together (SQS quotas); a little is left for the envelope. */
const maxBatch = 10;
const maxBytes = 1000 * 1024;

/** Encodes messages as they are taken, one batch at a time: a cast to thousands of members would be hundreds of megabytes. */
function* batches(messages: readonly Message[]): Generator<readonly string[]> {
  let batch: string[] = [];
  let size = 0;
  for (const message of messages) {
    const body = encode(message);
    const bytes = Buffer.byteLength(body);
    if (batch.length === maxBatch || (batch.length > 0 && size + bytes > maxBytes)) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(body);
    size += bytes;
  }
  if (batch.length > 0) yield batch;
}

export const createDeliveries = (client: SQSClient, queueUrl: string): Deliveries => ({
  queue: async (messages, delay = 0) => {
    for (const batch of batches(messages)) {
      const { Failed } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: batch.map((MessageBody, index) => ({ Id: String(index), MessageBody, DelaySeconds: delay })),
        }),
      );
      if (Failed?.length)
        throw new Error(`SQS did not take ${Failed.length} of ${batch.length} deliveries: ${Failed[0]?.Message}.`);
    }
  },
});
