import { once } from 'node:events';
import WebSocket from 'ws';

/** A client that acts and does not listen. */
export interface Actor {
  send(action: object): void;
  close(): void;
}

/** A client on the plain wire. `url`: of the socket. */
export const connectActor = async (url: string): Promise<Actor> => {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  return { send: (action) => socket.send(JSON.stringify(action)), close: () => socket.close() };
};
