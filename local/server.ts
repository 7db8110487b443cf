import { once } from 'node:events';
import { createServer, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import type { Duplex } from 'node:stream';

/** The HTTP server of the one port. */
export interface LocalServer {
  readonly http: Server;
  readonly port: number;
  /** Ends it and every connection to it at once. */
  close(): Promise<void>;
}

/** The two addresses that `localhost` stands for: which one comes first is up to the machine and the browser. */
const loopback = { ipv4: '127.0.0.1', ipv6: '::1' } as const;

/** A machine without IPv6 has no such address, and then no browser on it asks for it. */
const withoutIpv6 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

const portOf = (server: TcpServer): number => (server.address() as AddressInfo).port;

const opened = async (server: TcpServer, port: number, host: string): Promise<void> => {
  server.listen(port, host);
  await once(server, 'listening');
};

const ended = async (server: TcpServer): Promise<void> => {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  await closed;
};

/**
 * Listens on this machine alone, on both of its own addresses. Port 0 is a free one. Rejects with what to do when the port
 * is taken: also if only on IPv6, where a browser might find another program under the same URL.
 */
export const listen = async (port: number): Promise<LocalServer> => {
  const http = createServer();
  // The SDK keeps connections open between invocations; one that is closed as a request comes in would look like a lost answer.
  http.keepAliveTimeout = 0;
  // Connections that come in by IPv6 are the same server's: Node lets them be handed over.
  const ipv6 = createTcpServer((socket) => http.emit('connection', socket));
  try {
    await opened(http, port, loopback.ipv4);
    await opened(ipv6, portOf(http), loopback.ipv6).catch((cause: NodeJS.ErrnoException) => {
      if (!withoutIpv6.has(cause.code ?? '')) throw cause;
    });
  } catch (cause) {
    await ended(http);
    const { code } = cause as NodeJS.ErrnoException;
    // Free on IPv4 alone: any other will do.
    if (port === 0 && code === 'EADDRINUSE') return listen(port);
    const reason = code === 'EADDRINUSE' ? `Port ${port} is in use` : `Port ${port} can't be listened on (${code})`;
    throw new Error(`${reason}: end what runs there, or start with --port and another number.`, { cause });
  }
  return {
    http,
    port: portOf(http),
    close: async () => {
      const closed = Promise.all([ended(http), ended(ipv6)]);
      http.closeAllConnections();
      await closed;
    },
  };
};

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
