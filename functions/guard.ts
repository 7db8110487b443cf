import type { Logger } from '@aws-lambda-powertools/logger';
import { clientError } from '../domain/errors.ts';
import { parseMessage } from '../domain/message.ts';
import type { Sockets } from './post.ts';
import { done, type RouteResult, type SocketEvent } from './socket.ts';
import type { Tell } from './tell.ts';
import { hasExpired, type UserOf } from './user.ts';

type Route = (event: SocketEvent) => Promise<RouteResult>;

export interface GuardDeps {
  readonly userOf: UserOf;
  readonly tell: Tell;
  readonly close: Sockets['close'];
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The client's own id of a message, where it can be read. */
const idOf = (body: string): string | undefined => {
  const parsed = parseMessage(body);
  return parsed.ok ? parsed.id : parsed.error.id;
};

/**
 * Keeps a route from connections whose token has ended: they are told so, and closed. API Gateway itself closes a connection
 * after two hours and not before, so the first message after the end is where it can be done.
 */
export const guard =
  ({ userOf, tell, close, logger, now }: GuardDeps) =>
  (route: Route): Route =>
  async (event) => {
    if (!hasExpired(userOf(event), now())) return route(event);
    const { connectionId } = event.requestContext;
    await tell(connectionId, clientError('expired', undefined, idOf(event.body ?? '')));
    const closed = await close(connectionId);
    if (closed.outcome === 'closed' || closed.outcome === 'gone')
      logger.info('closed a connection whose token has ended', { connection: connectionId });
    else logger.warn('could not close a connection whose token has ended', { connection: connectionId, ...closed });
    return done;
  };
