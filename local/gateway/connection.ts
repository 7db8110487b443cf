import type { WebSocket } from 'ws';
import type { Subject } from './event.ts';
import { maxFrameBytes, maxWaitingBytes } from './limits.ts';

/** How a connection ended: a WebSocket close code, its reason, and when, in milliseconds since 1970. */
interface Ending {
  readonly code: number;
  readonly reason: string;
  readonly at: number;
}

/** An open connection, or one that is being closed. */
export interface Connection extends Subject {
  readonly socket: WebSocket;
  /** When the last message went in either direction, in milliseconds since 1970. */
  lastActiveAt: number;
  /** Set as soon as we end it: from then on nothing goes in or out. */
  ending: Ending | undefined;
}

/** Whether data can still go in or out: neither side has begun to close. */
export const isOpen = ({ socket }: Connection): boolean => socket.readyState === socket.OPEN;

/** What became of data for a client: it is on its way, or the client is gone, or does not read what it was sent before. */
type Delivery = 'sent' | 'gone' | 'full';

const asText = { binary: false, fin: true };
const asPart = { binary: false, fin: false };

/**
 * Hands data to a client's socket, as one text message, in frames of at most 32 KB. What is handed over first arrives
 * first: `ws` writes in order, and nothing is awaited in between.
 */
export const deliver = (connection: Connection, data: Buffer, at: number): Delivery => {
  const { socket } = connection;
  if (!isOpen(connection)) return 'gone';
  if (socket.bufferedAmount + data.length > maxWaitingBytes) return 'full';
  let from = 0;
  for (; data.length - from > maxFrameBytes; from += maxFrameBytes)
    socket.send(data.subarray(from, from + maxFrameBytes), asPart);
  socket.send(from === 0 ? data : data.subarray(from), asText);
  connection.lastActiveAt = at;
  return 'sent';
};

/** Closes a connection. The first call decides the code and the reason. */
export const end = (connection: Connection, code: number, reason: string, at: number): void => {
  if (connection.ending !== undefined) return;
  connection.ending = { code, reason, at };
  connection.socket.close(code, reason);
};
