import type { Logger } from '@aws-lambda-powertools/logger';
import { clientError } from '../../domain/errors.ts';
import type { Member } from '../../domain/kind.ts';
import { hashOf } from '../../domain/lane.ts';
import { parseRequest } from '../../domain/message.ts';
import { senderOf } from '../../domain/pace.ts';
import { serverMessage } from '../../domain/protocol.ts';
import { directRequest } from '../../domain/requests.ts';
import type { Deliveries, Queued } from '../../store/deliveries.ts';
import type { Paces } from '../paces.ts';
import type { SlowDown } from '../slow-down.ts';
import { done, type RouteResult, type SocketEvent } from '../socket.ts';
import type { Tell } from '../tell.ts';
import type { UserOf } from '../user.ts';
import { type AddresseeDeps, oneConnection, userInRoom } from './addressee.ts';

export interface MessageDeps extends AddresseeDeps {
  readonly userOf: UserOf;
  readonly paces: Paces;
  readonly slowDown: SlowDown;
  readonly deliveries: Pick<Deliveries, 'queue'>;
  readonly tell: Tell;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/**
 * Route `sendMessage`: a message for a user in a room, or for one connection. On foldcast.v1 it is wrapped in an envelope that names
 * the sender, for a bare text could pass for a state or an acknowledgement of the server's. It goes through the queue, which tries
 * again if the post fails. The sender gets no answer, except an error if there is nobody to hear it.
 */
export const messageHandler = (deps: MessageDeps) => {
  const { userOf, paces, slowDown, deliveries, tell, logger } = deps;
  return async (event: SocketEvent): Promise<RouteResult> => {
    const { body = '', requestContext } = event;
    const { connectionId: connection, requestId } = requestContext;
    const request = parseRequest(body, directRequest);
    if (!request.ok) {
      await tell(connection, request.error);
      return done;
    }
    const { message, id, user } = request.value;
    const by = userOf(event, user).name;
    if (!paces(senderOf({ by, connection }))) {
      await slowDown(connection, id);
      return done;
    }
    try {
      const addressee =
        'to' in request.value
          ? await userInRoom(deps, connection, request.value)
          : await oneConnection(deps, connection, request.value);
      if (!addressee.ok) {
        await tell(connection, addressee.error);
        return done;
      }
      const targets = addressee.value;
      const envelope = serverMessage({ type: 'message', from: by, message });
      // Where a user has several connections one that is gone does not mean that he did not hear it.
      const sender = targets.length === 1 ? { connection, ...(id !== undefined && { id }) } : undefined;
      const queued = ({ connection: target, wire }: Member): Queued => ({
        group: `direct#${hashOf(target)}`,
        name: `${requestId}/${target}`,
        delivery: {
          type: 'direct',
          texts: [wire === 'plain' ? message : envelope],
          to: [{ connections: [target], texts: [0] }],
          ...(sender && { sender }),
        },
      });
      await deliveries.queue(targets.map(queued));
      logger.info('queued a message', { from: connection, to: targets.map((target) => target.connection) });
    } catch (cause) {
      logger.error('could not queue a message', { from: connection, cause });
      await tell(connection, clientError('unavailable', undefined, id));
    }
    return done;
  };
};
