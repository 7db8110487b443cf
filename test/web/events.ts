import { once } from 'node:events';
import WebSocket from 'ws';
import { type ActionMessage, clientMessage } from '../../domain/protocol.ts';

/** A client that acts and does not listen. */
export interface Actor {
  send(action: ActionMessage): void;
  close(): void;
}

/** A client on the plain wire. `url`: of the socket. */
export const connectActor = async (url: string): Promise<Actor> => {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  return { send: (action) => socket.send(clientMessage(action)), close: () => socket.close() };
};
