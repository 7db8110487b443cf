import { randomBytes } from 'node:crypto';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StreamRecord } from 'aws-lambda';
import type { Draft, Event } from '../domain/event.ts';

/** Table `heads`: one item per room, on which its events are appended. */
export interface Heads {
  /**
   * Gives an event its place in the room, with one `UpdateItem` and nothing else. The client must not retry on its own:
   * when the answer is lost the event is sent once more, marked as `retry`, so that the fold knows to look for the first.
   * Returns the event's `seq`. Rejects when the second try fails too: the event may then be in the log or not.
   */
  append(room: string, event: Draft): Promise<number>;
  /** The `seq` of the last event appended, 0 for a room without any. A consistent read. */
  version(room: string): Promise<number>;
}

/** Errors that come again however often the append is sent. */
const final = new Set([
  'AccessDeniedException',
  'ResourceNotFoundException',
  'UnrecognizedClientException',
  'ValidationException',
]);

/** A name for a history that begins. Of 48 random bits: two of one room are never the same. */
export const newEpoch = (): string => randomBytes(6).toString('base64url');

export const createHeads = (client: DynamoDBDocumentClient, table: string): Heads => {
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
      try {
        return await update(room, event);
      } catch (cause) {
        if (cause instanceof Error && final.has(cause.name)) throw cause;
        return update(room, { ...event, retry: true });
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
