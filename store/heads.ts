import { setTimeout } from 'node:timers/promises';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StreamRecord } from 'aws-lambda';
import type { Draft, Event } from '../domain/event.ts';
import type { Kind } from '../domain/kind.ts';

/** Table `heads`: one item per room, on which its events are appended. */
export interface Heads {
  /**
   * Gives an event its place in the room, with one `UpdateItem` and nothing else. The client must not retry on its own:
   * when the answer is lost the event is sent once more, marked as `retry`, so that the fold knows to look for the first.
   * A throttle is a definite no: the event is sent again as it is, some tenths of a second later. Returns the event's `seq`.
   * Rejects when that fails too: unless DynamoDB said no, the event may then be in the log or not.
   */
  append(room: string, event: Draft): Promise<number>;
  /** The `seq` of the last event appended, 0 for a room without any. A consistent read. */
  version(room: string): Promise<number>;
}

/** How DynamoDB and AWS in front of it say that it is too much just now. Nothing was done then. */
const throttles = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
]);

/** Milliseconds to wait before each further try of an append that was throttled: up to 1.6 seconds in all. */
const pauses = [50, 100, 200, 400, 800];

/** What a failed append means: it was not done and would be later, it was not done and never will be, or nobody knows. */
const meaningOf = (cause: unknown): 'throttled' | 'refused' | 'lost' => {
  const { name, $metadata } = cause as { name?: string; $metadata?: { httpStatusCode?: number } };
  if (name !== undefined && throttles.has(name)) return 'throttled';
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 ? 'refused' : 'lost';
};

/** A name for a history that begins. Of 48 random bits: two of one room are never the same. */
export const newEpoch = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(6))))
    .replaceAll('+', '-')
    .replaceAll('/', '_');

/** `kindOf`: the kind of a room, whose version an event keeps until it is in a page. */
export const createHeads = (
  client: DynamoDBDocumentClient,
  table: string,
  kindOf: (room: string) => Kind | undefined = () => undefined,
): Heads => {
  const update = async (room: string, event: Draft): Promise<number> => {
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName: table,
        Key: { room },
        UpdateExpression: 'SET event = :event, epoch = if_not_exists(epoch, :epoch) ADD seq :one',
        ExpressionAttributeValues: { ':event': JSON.stringify(event), ':epoch': newEpoch(), ':one': 1 },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return Number(Attributes?.seq);
  };
  return {
    append: async (room, event) => {
      const { version = 1 } = kindOf(room) ?? {};
      const first: Draft = version > 1 ? { ...event, rules: version } : event;
      let draft = first;
      for (let throttled = 0; ; ) {
        try {
          return await update(room, draft);
        } catch (cause) {
          const meaning = meaningOf(cause);
          const pause = pauses[throttled];
          if (meaning === 'throttled' && pause !== undefined) {
            throttled += 1;
            // By chance, so that those who were throttled together don't come back together.
            await setTimeout(pause * (1 - Math.random() / 2));
          } else if (meaning === 'lost' && draft === first) draft = { ...first, retry: true };
          else throw cause;
        }
      }
    },
    version: async (room) => {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: { room }, ProjectionExpression: 'seq', ConsistentRead: true }),
      );
      return Number(Item?.seq ?? 0);
    },
  };
};

/** An event, and the history that it is part of. */
export interface Appended {
  readonly room: string;
  readonly epoch: string;
  readonly event: Event;
}

/**
 * The event in a head's new image, as the table's stream carries it; `undefined` without one, as when a head was removed. Throws
 * at what is no event.
 */
export const eventOf = (image: StreamRecord['NewImage']): Appended | undefined => {
  const [room, seq, event, epoch = ''] = [image?.room?.S, image?.seq?.N, image?.event?.S, image?.epoch?.S];
  if (room === undefined || seq === undefined || event === undefined) return undefined;
  const draft = JSON.parse(event) as Partial<Draft> | null;
  if (typeof draft?.type !== 'string' || typeof draft.id !== 'string')
    throw new Error(`The head of ${room} holds no event: ${event.slice(0, 100)}`);
  return { room, epoch, event: { seq: Number(seq), ...(draft as Draft) } };
};
