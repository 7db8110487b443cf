import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import type { LoggedEvent } from '../../domain/event.ts';
import type { Page } from '../../domain/page.ts';
import { createConnections } from '../../store/connections.ts';
import { createHeads } from '../../store/heads.ts';
import { createOutline } from '../../store/outline.ts';
import { createPageReader, fewPages, newest } from '../../store/page-reader.ts';
import { type RoomHead, scanRooms } from '../../store/rooms.ts';
import { ReplayError } from '../errors.ts';
import type { RoomLog } from '../log.ts';
import type { EventMark, History, Reads, RoomSummary } from './history.ts';

/** Rooms that are looked at at once when all are listed. */
const concurrency = 8;

const markOf = (event: LoggedEvent | undefined): EventMark | undefined => event && { seq: event.seq, at: event.at };

/** The tables of a stack, by their names. */
export interface HistoryTables {
  readonly heads: string;
  readonly log: string;
  readonly connections: string;
}

/**
 * The history in a stack's tables, or in those of the local runtime. Runs in Node and in a browser. `onUnreadable` is told of each
 * page that can't be read, as often as it is met.
 */
export const databaseHistory = (
  name: string,
  client: DynamoDBDocumentClient,
  tables: HistoryTables,
  onUnreadable: (page: Page) => void = () => {},
): History => {
  const reads: Reads = { pages: 0, bytes: 0 };
  const onRead = (pages: number) => {
    reads.pages += pages;
  };
  const reader = createPageReader(client, tables.log, { onRead, onUnreadable });
  const outline = createOutline(reader);
  const heads = createHeads(client, tables.heads);
  const connections = createConnections(client, tables.connections);

  const logOf = (room: string): RoomLog => ({
    room,
    extent: () => outline.extent(room),
    pages: ({ from = 1, to = newest, descending = false } = {}) =>
      descending ? reader.backwards(room, from, to, fewPages) : reader.forwards(room, from, to),
    checkpoint: (version) => outline.checkpoint(room, version),
    checkpoints: (stretch) => outline.checkpoints(room, stretch),
    head: () => heads.version(room),
  });

  const summary = async ({ room, seq }: RoomHead, sizes: boolean): Promise<RoomSummary> => {
    const [[opening, closing], members, size] = await Promise.all([
      outline.edges(room),
      connections.members(room),
      sizes ? outline.size(room) : undefined,
    ]);
    const [first, last] = [markOf(opening?.events[0]), markOf(closing?.events.at(-1))];
    const events = { ...(first && { first }), ...(last && { last }) };
    return { room, version: closing?.to ?? 0, head: seq, ...events, members: members.length, ...size };
  };

  return {
    name,
    reads,
    rooms: async ({ sizes = false } = {}) => {
      const found = await pMap(scanRooms(client, tables.heads), (head) => summary(head, sizes), { concurrency });
      return found.sort((a, b) => (a.room < b.room ? -1 : 1));
    },
    open: async (room) => {
      const edges = await outline.edges(room);
      if (edges.length === 0)
        throw new ReplayError(
          'unknown-room',
          `There is no room "${room}" in ${name}: "rooms" lists those that there are.`,
        );
      return { ...logOf(room), edges };
    },
  };
};
