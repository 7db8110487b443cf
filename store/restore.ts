import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Page } from '../domain/page.ts';
import { batchWrite } from './batch-write.ts';
import type { End } from './ends.ts';
import { toItem } from './pages.ts';

/** Writes that only tools make: a room from an export, a recorded state that was wrong. */
export interface Restore {
  /** Makes the head of a new room, so that the next append gets `seq` + 1 in history `epoch`. `false` if the room has a head already. */
  claim(room: string, seq: number, epoch: string): Promise<boolean>;
  /** Makes a room that begins with this page, in one write. `false` if the room has a head already. */
  begin(page: Page): Promise<boolean>;
  /** Sets a head, so that the next append gets the `seq` after `end`; without an end it goes, and the room begins anew. */
  level(room: string, end: End | undefined): Promise<void>;
  /** Writes any number of pages of a claimed room. A page that begins at the same event is replaced. */
  write(pages: readonly Page[]): Promise<void>;
  /** Replaces the state of the checkpoint that begins at `from`. `false` if there is none, or its version is another. */
  correct(room: string, from: number, version: number, state: unknown): Promise<boolean>;
}

/** A transaction of which a condition failed. */
const wasCanceled = (cause: unknown): boolean =>
  cause instanceof TransactionCanceledException &&
  (cause.CancellationReasons ?? []).some(({ Code }) => Code === 'ConditionalCheckFailed');

const conditionFailed = (cause: unknown): boolean =>
  cause instanceof Error && cause.name === 'ConditionalCheckFailedException';

export const createRestore = (
  client: DynamoDBDocumentClient,
  tables: { readonly heads: string; readonly log: string },
): Restore => {
  return {
    claim: async (room, seq, epoch) => {
      try {
        const ConditionExpression = 'attribute_not_exists(room)';
        await client.send(new PutCommand({ TableName: tables.heads, Item: { room, seq, epoch }, ConditionExpression }));
        return true;
      } catch (cause) {
        if (conditionFailed(cause)) return false;
        throw cause;
      }
    },
    begin: async (page) => {
      const { room, to: seq, epoch } = page;
      const ConditionExpression = 'attribute_not_exists(room)';
      const head = { TableName: tables.heads, Item: { room, seq, epoch }, ConditionExpression };
      try {
        await client.send(
          new TransactWriteCommand({
            TransactItems: [{ Put: head }, { Put: { TableName: tables.log, Item: toItem(page) } }],
          }),
        );
        return true;
      } catch (cause) {
        if (wasCanceled(cause)) return false;
        throw cause;
      }
    },
    level: async (room, end) => {
      const Key = { room };
      if (end === undefined) {
        await client.send(new DeleteCommand({ TableName: tables.heads, Key }));
        return;
      }
      await client.send(
        new UpdateCommand({
          TableName: tables.heads,
          Key,
          // Without an event the fold passes it by: whatever was appended last is in the log, or gone.
          UpdateExpression: 'SET seq = :seq, epoch = :epoch REMOVE event',
          ExpressionAttributeValues: { ':seq': end.seq, ':epoch': end.epoch },
        }),
      );
    },
    write: (pages) =>
      batchWrite(
        client,
        tables.log,
        pages.map((page) => ({ PutRequest: { Item: toItem(page) } })),
      ),
    correct: async (room, from, version, state) => {
      try {
        await client.send(
          new UpdateCommand({
            TableName: tables.log,
            Key: { room, from },
            UpdateExpression: 'SET #state = :state',
            ConditionExpression: 'attribute_exists(#state) AND #to = :version',
            ExpressionAttributeNames: { '#state': 'state', '#to': 'to' },
            ExpressionAttributeValues: { ':state': JSON.stringify(state), ':version': version },
          }),
        );
        return true;
      } catch (cause) {
        if (conditionFailed(cause)) return false;
        throw cause;
      }
    },
  };
};
