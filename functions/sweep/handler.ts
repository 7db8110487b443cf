import type { Logger } from '@aws-lambda-powertools/logger';
import type { RoomHead } from '../../store/rooms.ts';
import type { Sweep } from '../../store/sweep.ts';

export interface SweepDeps {
  /** All rooms, from anywhere on: another place each time, so that all have their turn where there are more than one run gets to. */
  readonly rooms: () => AsyncIterable<Pick<RoomHead, 'room'>>;
  readonly sweep: Sweep;
  /** Days that events are kept. */
  readonly days: number;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What has to be left of the time when another room is begun, in milliseconds. */
const margin = 60_000;

const day = 24 * 60 * 60 * 1000;

/** Once a day: removes old pages, room by room. Goes on after a room that fails, and stops in time: the next run has the rest. */
export const sweepHandler =
  ({ rooms, sweep, days, logger, now }: SweepDeps) =>
  async (_: unknown, context: { readonly getRemainingTimeInMillis: () => number }): Promise<void> => {
    const before = now() - days * day;
    let [seen, pages, failed, inTime] = [0, 0, 0, true];
    for await (const { room } of rooms()) {
      inTime = context.getRemainingTimeInMillis() > margin;
      if (!inTime) break;
      seen += 1;
      try {
        pages += await sweep.room(room, before);
      } catch (cause) {
        failed += 1;
        logger.error('could not remove old pages of a room', { room, cause });
      }
    }
    logger.info('removed old pages', { rooms: seen, pages, failed, all: inTime });
    // The alarm on errors sees it; what was removed is gone all the same, and the next run tries again.
    if (failed > 0) throw new Error(`The old pages of ${failed} rooms could not be removed.`);
  };
