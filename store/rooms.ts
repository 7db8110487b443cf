import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Draft } from '../domain/event.ts';

/** A room as its head shows it. */
export interface RoomHead {
  readonly room: string;
  /** The `seq` of the last event appended. */
  readonly seq: number;
  /** When that was, in milliseconds since 1970; absent for a room that was imported and has had no event since. */
  readonly at?: number;
}

/**
 * All rooms, in no order: a scan of table `heads`, which has one small item a room. The scan is not consistent, so a room that
 * was made within the last second may not be in it.
 */
export async function* scanRooms(client: DynamoDBDocumentClient, table: string): AsyncGenerator<RoomHead> {
  for await (const { Items } of paginateScan({ client }, { TableName: table }))
    for (const item of Items ?? []) {
      const event = item.event === undefined ? undefined : (JSON.parse(item.event as string) as Draft);
      yield { room: item.room as string, seq: Number(item.seq ?? 0), ...(event && { at: event.at }) };
    }
}
