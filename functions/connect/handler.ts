import type { Logger } from '@aws-lambda-powertools/logger';
import type { Wire } from '../../domain/kind.ts';
import { ownName, type User } from '../../domain/user.ts';
import type { Connections } from '../../store/connections.ts';
import { done, headerOf, offeredProtocols, type RouteResult, type SocketEvent } from '../socket.ts';
import type { UserOf } from '../user.ts';
import { isAllowedOrigin } from './origin.ts';

export interface ConnectDeps {
  readonly connections: Pick<Connections, 'add'>;
  readonly userOf: UserOf;
  readonly admits: (user: User, room: string) => boolean;
  /** The rooms that every plain connection joins as it connects, if its user may. */
  readonly defaultRooms: readonly string[];
  /** Origins whose pages may connect. */
  readonly origins: readonly string[];
  readonly logger: Pick<Logger, 'info'>;
}

const envelopes: Wire = 'foldcast.v1';

/**
 * Route `$connect`: chooses the wire and records the connection and its user. If it fails, API Gateway refuses the handshake and
 * the client tries again. No other subprotocol is ever answered: one may carry the token.
 */
export const connectHandler =
  ({ connections, userOf, admits, defaultRooms, origins, logger }: ConnectDeps) =>
  async (event: SocketEvent): Promise<RouteResult> => {
    const { connectionId: id, connectedAt: at } = event.requestContext;
    const origin = headerOf(event, 'origin');
    if (!isAllowedOrigin(origins, origin)) {
      logger.info('refused a page of another origin', { connection: id, origin });
      return { statusCode: 403 };
    }
    const own = ownName.optional().safeParse(event.queryStringParameters?.user);
    if (!own.success) return { statusCode: 400 };
    const user = userOf(event, own.data);
    const { name, expiresAt } = user;
    const connection = { id, at, ...(name !== id && { user: name }), ...(expiresAt !== undefined && { expiresAt }) };
    if (offeredProtocols(event).includes(envelopes)) {
      await connections.add({ ...connection, wire: envelopes, rooms: [] });
      return { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': envelopes } };
    }
    const rooms = defaultRooms.filter((room) => admits(user, room));
    await connections.add({ ...connection, wire: 'plain', rooms });
    return done;
  };
