import type { Connections } from '../../store/connections.ts';
import { done, type RouteResult, type SocketEvent } from '../socket.ts';

export interface DisconnectDeps {
  readonly connections: Pick<Connections, 'forget'>;
}

/** Route `$disconnect`: forgets the connection. AWS does not promise to call it: a post that finds the connection gone forgets it too. */
export const disconnectHandler =
  ({ connections }: DisconnectDeps) =>
  async ({ requestContext }: SocketEvent): Promise<RouteResult> => {
    await connections.forget(requestContext.connectionId);
    return done;
  };
