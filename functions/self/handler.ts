import { parseMessage } from '../../domain/message.ts';
import { type RouteResult, reply, type SocketEvent } from '../socket.ts';

/** Routes `whoAmI` and `ping`: what a connection asks about itself, answered by the route itself. */
export const handler = async ({ body = '', requestContext }: SocketEvent): Promise<RouteResult> => {
  const parsed = parseMessage(body);
  if (!parsed.ok) return reply(JSON.stringify(parsed.error));
  return reply(parsed.action === 'ping' ? JSON.stringify({ type: 'pong' }) : requestContext.connectionId);
};
