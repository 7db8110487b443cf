import type { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import pMap from 'p-map';
import type { Event } from '../../domain/event.ts';
import type { Page } from '../../domain/page.ts';
import type { Registry } from '../../domain/registry.ts';
import { eventOf } from '../../store/heads.ts';
import type { CountRefused, Measures } from '../metrics.ts';
import { foldRoom, type RoomDeps } from './room.ts';

export interface FoldDeps extends RoomDeps {
  readonly registry: Registry;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly measures: Measures;
  readonly countRefused: CountRefused;
}

/** Rooms of one batch that are folded at once: each waits for two or three calls, one after the other. */
const concurrency = 32;

interface RoomBatch {
  readonly room: string;
  readonly epoch: string;
  readonly events: Event[];
  /** The place in the stream of the room's first record: from there on everything comes again if the room fails. */
  readonly sequenceNumber: string;
}

/** The records of a batch by room and history, in order. A record that can't be read would fail for ever: it is passed by. */
const byRoom = ({ logger, measures }: FoldDeps, batch: DynamoDBStreamEvent): Iterable<RoomBatch> => {
  const rooms = new Map<string, RoomBatch>();
  for (const { dynamodb } of batch.Records) {
    const sequenceNumber = dynamodb?.SequenceNumber ?? '';
    try {
      const appended = eventOf(dynamodb?.NewImage);
      if (!appended) continue;
      const { room, epoch, event } = appended;
      const known = rooms.get(`${room} ${epoch}`);
      if (known) known.events.push(event);
      else rooms.set(`${room} ${epoch}`, { room, epoch, events: [event], sequenceNumber });
    } catch (cause) {
      logger.error('passed by a record that is no event', { record: dynamodb?.Keys, sequenceNumber, cause });
      measures.add('UnreadableRecords', 1);
    }
  }
  return rooms.values();
};

/** What was committed, how long it took from the append, and what did not count. */
const measure = ({ measures, countRefused }: FoldDeps, pages: readonly Page[]): void => {
  const events = pages.flatMap((page) => page.events);
  if (events.length === 0) return;
  measures.add('Folded', events.length);
  measures.add('Pages', pages.length);
  for (const page of pages) {
    const [first] = page.events;
    if (first) measures.add('CommittedMs', Math.max(0, page.at - (first.appended ?? first.at)));
  }
  const refused = Map.groupBy(events, (event) => event.refused);
  for (const [reason, all] of refused) if (reason !== undefined) countRefused(reason, all.length);
  const faults = (refused.get('fault')?.length ?? 0) + (refused.get('not-upgraded')?.length ?? 0);
  if (faults > 0) measures.add('Faults', faults);
};

/** The processor of the heads' stream. A room that fails because of its surroundings is reported; the others go on. */
export const foldHandler =
  (deps: FoldDeps) =>
  async (batch: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const { registry, logger, measures, now } = deps;
    const foldOne = async ({ room, epoch, events, sequenceNumber }: RoomBatch) => {
      const began = now();
      const kind = registry.kindOf(room);
      if (!kind) {
        // Nothing of the kind can be appended any more, and holding the stream up for what is left would stop all rooms.
        logger.error('passed over events of a room whose kind this version does not have', {
          room,
          events: events.length,
        });
        measures.add('UnknownRooms', 1);
        return [];
      }
      try {
        const { committed, ...folded } = await foldRoom(deps, { room, epoch, kind, events });
        measure(deps, committed);
        logger.info('folded', { room, ...folded, ids: events.map((event) => event.id), ms: now() - began });
        if (folded.missing > 0) {
          logger.error('events never arrived: the page says which', { room, missing: folded.missing });
          measures.add('MissingEvents', folded.missing);
        }
        return [];
      } catch (cause) {
        deps.memory.delete(room);
        logger.warn('could not fold a room: its records come again', { room, events: events.length, cause });
        return [{ itemIdentifier: sequenceNumber }];
      }
    };
    measures.add('BatchSize', batch.Records.length);
    const failures = await pMap(byRoom(deps, batch), foldOne, { concurrency });
    measures.publish();
    return { batchItemFailures: failures.flat() };
  };
