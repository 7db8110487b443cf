import type { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import pMap from 'p-map';
import type { Event } from '../../domain/event.ts';
import type { Registry } from '../../domain/registry.ts';
import { eventOf } from '../../store/heads.ts';
import { foldRoom, type RoomDeps } from './room.ts';

export interface FoldDeps extends RoomDeps {
  readonly registry: Registry;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Counts something under one of the names that alarms watch. */
  readonly count: (metric: 'MissingEvents' | 'UnknownRooms', amount: number) => void;
}

/** Rooms of one batch that are folded at once: each waits for two or three calls, one after the other. */
const concurrency = 32;

interface RoomBatch {
  readonly events: Event[];
  /** The place in the stream of the room's first record: from there on everything comes again if the room fails. */
  readonly sequenceNumber: string;
}

/** The records of a batch by room, in order. */
const byRoom = (batch: DynamoDBStreamEvent): ReadonlyMap<string, RoomBatch> => {
  const rooms = new Map<string, RoomBatch>();
  for (const { dynamodb } of batch.Records) {
    const appended = eventOf(dynamodb?.NewImage);
    if (!appended) continue;
    const room = rooms.get(appended.room);
    if (room) room.events.push(appended.event);
    else rooms.set(appended.room, { events: [appended.event], sequenceNumber: dynamodb?.SequenceNumber ?? '' });
  }
  return rooms;
};

/** The processor of the heads' stream. A room that fails because of its surroundings is reported; the others go on. */
export const foldHandler =
  (deps: FoldDeps) =>
  async (batch: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const { registry, logger, count, now } = deps;
    const foldOne = async ([room, { events, sequenceNumber }]: [string, RoomBatch]) => {
      const began = now();
      const kind = registry.kindOf(room);
      if (!kind) {
        // Nothing of the kind can be appended any more, and holding the stream up for what is left would stop all rooms.
        logger.error('passed over events of a room whose kind this version does not have', {
          room,
          events: events.length,
        });
        count('UnknownRooms', 1);
        return [];
      }
      try {
        const folded = await foldRoom(deps, room, kind, events);
        logger.info('folded', { room, ...folded, ids: events.map((event) => event.id), ms: now() - began });
        if (folded.missing > 0) {
          logger.error('events never arrived: the page says which', { room, missing: folded.missing });
          count('MissingEvents', folded.missing);
        }
        return [];
      } catch (cause) {
        deps.memory.delete(room);
        logger.warn('could not fold a room: its records come again', { room, events: events.length, cause });
        return [{ itemIdentifier: sequenceNumber }];
      }
    };
    const failures = await pMap(byRoom(batch), foldOne, { concurrency });
    return { batchItemFailures: failures.flat() };
  };
