import type { Logger } from '@aws-lambda-powertools/logger';
import type { ParsedAction } from '../../domain/action.ts';
import { clientError } from '../../domain/errors.ts';
import { done, type RouteResult, type SocketEvent } from '../socket.ts';
import type { Tell } from '../tell.ts';

export interface FallbackDeps {
  readonly parse: (body: string) => ParsedAction;
  readonly tell: Tell;
  readonly logger: Pick<Logger, 'info'>;
}

/** Route `$default`: what no other route takes. Tells the sender what is wrong, and which actions there are. */
export const fallbackHandler =
  ({ parse, tell, logger }: FallbackDeps) =>
  async ({ body = '', requestContext: { connectionId } }: SocketEvent): Promise<RouteResult> => {
    const action = parse(body);
    // A message that could be appended has a route of its own, unless the deployed routes are older than this code.
    const error = action.ok ? clientError('unknown-action', undefined, action.id) : action.error;
    await tell(connectionId, error);
    logger.info('refused a message', { connection: connectionId, code: error.code });
    return done;
  };
