import type { Logger } from '@aws-lambda-powertools/logger';
import type { LoggedEvent } from '../domain/event.ts';
import type { Fault } from '../domain/fault.ts';
import type { Guard } from '../domain/guard.ts';
import type { Failed, Page } from '../domain/page.ts';
import { limit } from '../store/limit.ts';

/** Where it is told, whole, that the rules of a kind failed, or that the log did: this is what mends it. */
export interface FaultLog {
  /** On an event that was just committed: it is refused as a `fault`. */
  refused(room: string, failed: Failed): void;
  /** On an event that counted when it was committed: the state is left without it. */
  left(room: string, event: LoggedEvent, fault: Fault): void;
  /** A page of the log that can't be read: states are left without its events. */
  unreadable(page: Page): void;
  /** On the question who joins or what plain members are sent, which is asked under this guard: they hear nothing. */
  guard(room: string): Guard;
}

/** `count`: counts under a name that an alarm watches. */
export const createFaultLog = (
  logger: Pick<Logger, 'error'>,
  count: (metric: 'UnreadableRecords', amount: number) => void,
): FaultLog => ({
  refused: (room, { event, fault }) =>
    logger.error('the rules failed on an event: it does not count', { room, event, fault }),
  left: (room, event, fault) =>
    logger.error('the rules fail on an event that counted: the state is left without it', { room, event, fault }),
  unreadable: ({ room, from, to, unreadable }) => {
    logger.error("passed by a part of the log that can't be read", { room, from, to, why: unreadable });
    count('UnreadableRecords', 1);
  },
  guard: (room) => ({
    limit,
    onFault: (fault) => logger.error('the rules failed on what members are told', { room, fault }),
  }),
});
