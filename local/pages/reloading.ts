import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';

/** The socket on which a page is told which build is served. */
export const reloadPath = '/_local/pages';

/**
 * What each page has in it: it loads itself again as soon as another build is served, by this runtime or by one that is started in its
 * place. A socket, since a browser has six other connections to a server, for all its windows.
 */
export const reloadScript = `
let shown;
const listen = () => {
  const socket = new WebSocket(new URL('${reloadPath}', location.href.replace(/^http/, 'ws')));
  socket.onmessage = ({ data }) => {
    shown ??= data;
    if (shown !== data) location.reload();
  };
  socket.onclose = () => setTimeout(listen, 1000);
};
listen();
`;

/** Tells the pages that listen which build is served. */
export const createReloading = (build: () => string) => {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1 });
  server.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.send(build());
  });
  return {
    upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer): void =>
      server.handleUpgrade(request, socket, head, (page) => server.emit('connection', page, request)),
    tell: (): void => {
      for (const page of server.clients) page.send(build());
    },
    close: (): void => {
      for (const page of server.clients) page.terminate();
    },
  };
};
