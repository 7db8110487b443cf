import { type DynamoDBDocumentClient, paginateScan, type ScanCommandInput } from '@aws-sdk/lib-dynamodb';
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
 * was made within the last second may not be in it. `start`: any text; another one begins at another place of the table and comes
 * back to it, which is why a room may then be told of twice.
 */
export async function* scanRooms(
  client: DynamoDBDocumentClient,
  table: string,
  start?: string,
): AsyncGenerator<RoomHead> {
  const scan = async function* (from?: ScanCommandInput['ExclusiveStartKey']): AsyncGenerator<RoomHead> {
    const input = { TableName: table, ...(from && { ExclusiveStartKey: from }) };
    for await (const { Items } of paginateScan({ client }, input))
      for (const item of Items ?? []) {
        const event = item.event === undefined ? undefined : (JSON.parse(item.event as string) as Draft);
        yield { room: item.room as string, seq: Number(item.seq ?? 0), ...(event && { at: event.at }) };
      }
  };
  if (start === undefined) return yield* scan();
  let first: string | undefined;
  for await (const head of scan({ room: start })) {
    first ??= head.room;
    yield head;
  }
  for await (const head of scan()) {
    if (head.room === first) return;
    yield head;
  }
}
