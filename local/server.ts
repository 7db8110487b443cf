import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { createHold, type Entrance } from './door/hold.ts';

/** The HTTP server of the one port. */
export interface LocalServer {
  readonly port: number;
  /** Says who answers. What came before is held, and let in now: from the moment that the port is open no request hangs. */
  open(entrance: Entrance): void;
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
  const hold = createHold();
  const http = createServer(hold.request).on('upgrade', hold.upgrade);
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
    port: portOf(http),
    open: hold.open,
    close: async () => {
      const closed = Promise.all([ended(http), ended(ipv6)]);
      hold.close();
      http.closeAllConnections();
      await closed;
    },
  };
};
