import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { batchWrite } from './batch-write.ts';
import { createPageReader } from './page-reader.ts';

/** Takes what is old out of table `log`. */
export interface Sweep {
  /**
   * Removes the pages of a room that come before its newest checkpoint of before `time` (milliseconds since 1970). What stays begins
   * with that checkpoint, so that every state from there on can be folded, and the newest checkpoint always stays. A room without
   * a checkpoint so old stays as it is. Returns how many pages went; one that fails half-way goes on where it stopped the next time,
   * for the oldest go first.
   */
  room(room: string, time: number): Promise<number>;
}

export const createSweep = (client: DynamoDBDocumentClient, table: string): Sweep => {
  const reader = createPageReader(client, table);

  /** Where the pages of before `time` begin, the oldest first. Reads no page that is not old, but the first one and what comes with it. */
  const oldPages = async (room: string, time: number): Promise<readonly number[]> => {
    const found: number[] = [];
    const asked = { first: 1, last: Number.MAX_SAFE_INTEGER, attributes: ['from', 'at'], limit: 8 } as const;
    for await (const { items } of reader.query(room, asked))
      for (const { from, at } of items) {
        if (at >= time) return found;
        found.push(from);
      }
    return found;
  };

  /** Where the newest checkpoint begins, of those that begin at `last` or before. */
  const checkpoint = async (room: string, last: number): Promise<number | undefined> => {
    const asked = { first: 1, last, descending: true, limit: 2, attributes: ['from'] } as const;
    for await (const { items } of reader.query(room, { ...asked, filter: 'attribute_exists(#state)' }))
      if (items[0]) return items[0].from;
    return undefined;
  };

  return {
    room: async (room, time) => {
      const old = await oldPages(room, time);
      const last = old.at(-1);
      const kept = last === undefined ? undefined : await checkpoint(room, last);
      const gone = kept === undefined ? [] : old.filter((from) => from < kept);
      await batchWrite(
        client,
        table,
        gone.map((from) => ({ DeleteRequest: { Key: { room, from } } })),
      );
      return gone.length;
    },
  };
};
