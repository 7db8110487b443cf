import type { Logger } from '@aws-lambda-powertools/logger';
import { clientError } from '../domain/errors.ts';
import type { Pace } from '../domain/kind.ts';
import { createBuckets } from './buckets.ts';
import type { Sockets } from './post.ts';
import type { Tell } from './tell.ts';

/**
 * Answers a message that is too much, by `slow-down`. A connection that goes on and on all the same is closed, and answered no more.
 * `id`: the client's own, of the message.
 */
export type SlowDown = (connection: string, id?: string) => Promise<void>;

export interface SlowDownDeps {
  readonly tell: Tell;
  readonly close: Sockets['close'];
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** So many answers at once, and so many a second: then it is closed. */
const patience: Pace = { perSecond: 100 / 60, burst: 100 };

/** How long a connection that was closed is known: what it sent before arrives for some time. */
const closedFor: Pace = { perSecond: 1 / 60, burst: 1 };

export const createSlowDown = ({ tell, close, logger, now }: SlowDownDeps): SlowDown => {
  const answers = createBuckets(patience, now);
  const closed = createBuckets(closedFor, now);
  return async (connection, id) => {
    if (answers.take(connection)) {
      await tell(connection, clientError('slow-down', undefined, id));
      logger.info('refused a message', { connection, code: 'slow-down' });
    } else if (closed.take(connection)) {
      logger.warn('closed a connection that sends too much', { connection, ...(await close(connection)) });
    }
  };
};
