import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

export const answerJson = (response: ServerResponse, body: object, status = 200): void => {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
};

/** Answers a handshake with a status and a sentence, and ends it. */
export const refuseUpgrade = (socket: Duplex, status: number, message: string): void => {
  const body = JSON.stringify({ message });
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
};
