import { parseRequest } from '../../domain/message.ts';
import { serverMessage } from '../../domain/protocol.ts';
import { selfRequest } from '../../domain/requests.ts';
import { type RouteResult, reply, type SocketEvent } from '../socket.ts';

/** Routes `whoAmI` and `ping`: what a connection asks about itself, answered by the route itself. */
export const selfHandler = async ({ body = '', requestContext }: SocketEvent): Promise<RouteResult> => {
  const asked = parseRequest(body, selfRequest);
  if (!asked.ok) return reply(serverMessage(asked.error));
  return reply(asked.value.action === 'ping' ? serverMessage({ type: 'pong' }) : requestContext.connectionId);
};
