import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerJson, refuseUpgrade } from './answer.ts';

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Listeners of an HTTP server. */
export interface Entrance {
  readonly request: RequestListener;
  /** Without one there are no sockets here. */
  readonly upgrade?: Upgrade;
}

/** What waits at most: a browser has six requests to a server at once, an SDK fifty. */
const most = 1000;

const crowded = 'The local runtime is starting, and too much waits for it already: try again in a moment.';
const noSockets = 'There are no sockets here.';

/** What stands at the port from the moment that it is open: whatever comes before there is an entrance waits for it. */
export const createHold = () => {
  const requests: (readonly [IncomingMessage, ServerResponse])[] = [];
  const upgrades: Parameters<Upgrade>[] = [];
  let entrance: Entrance | undefined;

  const isFull = (): boolean => requests.length + upgrades.length >= most;
  const letIn = (...[request, socket, head]: Parameters<Upgrade>): void => {
    if (entrance?.upgrade) entrance.upgrade(request, socket, head);
    else refuseUpgrade(socket, 404, noSockets);
  };

  return {
    request: ((request, response) => {
      if (entrance) entrance.request(request, response);
      else if (isFull()) answerJson(response.setHeader('retry-after', 1), { message: crowded }, 503);
      else requests.push([request, response]);
    }) satisfies RequestListener,
    upgrade: ((request, socket, head) => {
      if (entrance) return letIn(request, socket, head);
      // Whatever happens to a client's socket while nobody else listens must not end the process.
      socket.on('error', () => socket.destroy());
      if (isFull()) refuseUpgrade(socket, 503, crowded);
      else upgrades.push([request, socket, head]);
    }) satisfies Upgrade,
    /** Lets in what waits, in its order, and from now on what comes. Whoever has left meanwhile is passed by. */
    open: (to: Entrance): void => {
      entrance = to;
      for (const [request, response] of requests.splice(0)) if (!response.destroyed) to.request(request, response);
      for (const each of upgrades.splice(0)) if (!each[1].destroyed) letIn(...each);
    },
    /** Cuts the sockets that wait: an HTTP server does not know of them any more. */
    close: (): void => {
      for (const [, socket] of upgrades.splice(0)) socket.destroy();
    },
  };
};
