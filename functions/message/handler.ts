import type { Logger } from '@aws-lambda-powertools/logger';
import type { Delivery } from '../../domain/delivery.ts';
import { clientError } from '../../domain/errors.ts';
import { hashOf } from '../../domain/lane.ts';
import { parseRequest } from '../../domain/message.ts';
import { serverMessage } from '../../domain/protocol.ts';
import { directRequest } from '../../domain/requests.ts';
import type { Connections } from '../../store/connections.ts';
import type { Deliveries } from '../../store/deliveries.ts';
import { done, type RouteResult, type SocketEvent } from '../socket.ts';
import type { Tell } from '../tell.ts';

export interface MessageDeps {
  readonly connections: Pick<Connections, 'get'>;
  readonly deliveries: Pick<Deliveries, 'queue'>;
  readonly tell: Tell;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/**
 * Route `sendMessage`: a message for one connection. On foldcast.v1 it is wrapped in an envelope that names the sender, for a
 * bare text could pass for a state or an acknowledgement of the server's. It goes through the queue, which tries again if the
 * post fails. The sender gets no answer, except an error if there is no such connection.
 */
export const messageHandler =
  ({ connections, deliveries, tell, logger }: MessageDeps) =>
  async ({ body = '', requestContext: { connectionId, requestId } }: SocketEvent): Promise<RouteResult> => {
    const request = parseRequest(body, directRequest);
    if (!request.ok) {
      await tell(connectionId, request.error);
      return done;
    }
    const { connectionId: target, message, id } = request.value;
    const sender = { connection: connectionId, ...(id !== undefined && { id }) };
    try {
      // No record means that the connection is most likely gone. It is queued all the same: the post will tell, and then the sender is told.
      const wire = (await connections.get(target))?.wire ?? 'plain';
      const text = wire === 'plain' ? message : serverMessage({ type: 'message', from: connectionId, message });
      const to = [{ connections: [target], texts: [0] }];
      const delivery: Delivery = { type: 'direct', texts: [text], to, sender };
      await deliveries.queue([{ group: `direct#${hashOf(target)}`, name: requestId, delivery }]);
      logger.info('queued a message', { from: connectionId, to: target });
    } catch (cause) {
      logger.error('could not queue a message', { from: connectionId, to: target, cause });
      await tell(connectionId, clientError('unavailable', undefined, id));
    }
    return done;
  };
