import { once } from 'node:events';
import WebSocket from 'ws';
import { parseServerMessage } from '../../domain/protocol.ts';
import { until } from './until.ts';

/** A client on the plain wire: nothing but a WebSocket and what it was sent. */
export interface PlainClient {
  readonly socket: WebSocket;
  /** Every message so far, as text. */
  readonly messages: readonly string[];
  send(message: object | string): void;
  /** The last message, as JSON. */
  last(): { readonly type?: string; readonly value?: number; readonly code?: string; readonly message?: string };
  /** Waits until the last state that it was sent has this value. */
  shows(value: number, limit?: number): Promise<void>;
  /** Waits for an error of the server's and returns its code. */
  error(): Promise<string>;
  close(): Promise<void>;
}

export const connect = async (url: string): Promise<PlainClient> => {
  const socket = new WebSocket(url);
  const messages: string[] = [];
  socket.on('message', (data) => messages.push(String(data)));
  await once(socket, 'open');
  const parsed = (message = '{}') => JSON.parse(message) as ReturnType<PlainClient['last']>;
  const last = () => parsed(messages.at(-1));
  return {
    socket,
    messages,
    last,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    shows: (value, limit) =>
      until(`a client shows ${value}, its last message being ${messages.at(-1)}`, () => last().value === value, limit),
    error: async () => {
      // Others' clicks may come in behind the error.
      const told = () => {
        const message = parseServerMessage(messages.findLast((message) => !message.includes('"state"')) ?? '');
        return message?.type === 'error' ? message.code : undefined;
      };
      await until('a client is told of an error', () => told() !== undefined);
      return String(told());
    },
    close: async () => {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close();
      await once(socket, 'close');
    },
  };
};
