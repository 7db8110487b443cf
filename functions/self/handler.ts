import { type RouteResult, reply, type SocketEvent } from '../socket.ts';

/** Routes `whoAmI` and `ping`: what a connection asks about itself, answered by the route itself. */
export const handler = async ({ requestContext }: SocketEvent): Promise<RouteResult> =>
  requestContext.routeKey === 'ping' ? reply(JSON.stringify({ type: 'pong' })) : reply(requestContext.connectionId);
