import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import type { Draft, Event } from '../../domain/event.ts';
import { registry } from '../../domain/registry.ts';
import { presenceHandler } from '../../functions/presence/handler.ts';
import { tablesOfFile } from '../store/tables.ts';
import { coldFold } from './cold-fold.ts';

const tables = await tablesOfFile();
const logger = { info: () => {}, warn: () => {}, error: () => {} };

/** A room with so many members, and what its presence is told of their going. */
const crowd = async (room: string, size: number) => {
  const connections = Array.from({ length: size }, (_, index) => `${room}-${index}`);
  const ends = connections.map((id) => ({ id, wire: 'foldcast.v1' as const, rooms: [room], at: 0 }));
  await Promise.all(ends.map((end) => tables.connections.add(end)));
  const appended: Event[] = [];
  const heads = {
    append: async (_: string, event: Draft) => appended.push({ seq: appended.length + 1, ...event }),
  };
  const presence = presenceHandler({ registry, heads, logger, now: () => 0 });
  const { fold } = coldFold(tables);
  const move = (eventName: 'INSERT' | 'REMOVE', id: string): DynamoDBRecord => ({
    eventID: `${eventName}-${id}`,
    eventName,
    dynamodb: { Keys: { pk: { S: `room#${room}` }, sk: { S: id } }, SequenceNumber: id },
  });
  /** Tells the room of these in one batch. Returns how many posts it comes to: one for each connection that a delivery names. */
  const posts = async (records: readonly DynamoDBRecord[]): Promise<number> => {
    const before = appended.length;
    await presence({ Records: [...records] } as DynamoDBStreamEvent);
    await fold(...appended.slice(before).map((event) => [room, event] as const));
    const deliveries = await tables.queued();
    return deliveries.flatMap(({ to }) => to.flatMap((each) => each.connections)).length;
  };
  await posts(connections.map((id) => move('INSERT', id)));
  /** So many of those who are left leave within one batch. */
  const leave = async (count: number): Promise<number> => {
    const gone = connections.splice(0, count);
    await Promise.all(gone.map((id) => tables.connections.leave(room, id)));
    return posts(gone.map((id) => move('REMOVE', id)));
  };
  return { leave, left: () => connections.length };
};

const leaveAll = async (room: string, size: number, together: number): Promise<number> => {
  const { leave, left } = await crowd(room, size);
  let posts = 0;
  while (left() > 0) posts += await leave(together);
  return posts;
};

it('[S3] posts to a crowd that goes once a batch, not once for each who goes', async () => {
  // One after the other: each is told to all who are left.
  expect(await leaveAll('chat/alone', 40, 1)).toBe((40 * 39) / 2);
  // A thousand would be half a million posts. Within ten seconds they are 4,500: those who are left, once a second.
  expect(await leaveAll('chat/together', 1000, 100)).toBe(4500);
});
