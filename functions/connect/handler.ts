import type { Wire } from '../../domain/kind.ts';
import type { Connections } from '../../store/connections.ts';
import { done, type RouteResult, type SocketEvent } from '../socket.ts';

export interface ConnectDeps {
  readonly connections: Pick<Connections, 'add'>;
  /** The rooms that every plain connection joins as it connects. */
  readonly defaultRooms: readonly string[];
}

const envelopes: Wire = 'foldcast.v1';

/** The subprotocols that the client offers, in its order. */
const offered = ({ headers = {} }: SocketEvent): readonly string[] =>
  Object.entries(headers)
    .filter(([name]) => name.toLowerCase() === 'sec-websocket-protocol')
    .flatMap(([, value = '']) => value.split(',').map((protocol) => protocol.trim()));

/** Route `$connect`: chooses the wire and records the connection. If it fails, API Gateway refuses the handshake and the client tries again. */
export const connectHandler =
  ({ connections, defaultRooms }: ConnectDeps) =>
  async (event: SocketEvent): Promise<RouteResult> => {
    const { connectionId: id, connectedAt: at } = event.requestContext;
    if (offered(event).includes(envelopes)) {
      await connections.add({ id, at, wire: envelopes, rooms: [] });
      return { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': envelopes } };
    }
    await connections.add({ id, at, wire: 'plain', rooms: defaultRooms });
    return done;
  };
