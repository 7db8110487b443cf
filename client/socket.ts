import { backoff } from './clock.ts';

export { backoff };

/** How a connection is doing. `until` is when it is tried again, in milliseconds since the epoch. */
export type Link =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | { readonly state: 'waiting'; readonly until: number };

/** What the owner of a socket wants to hear. */
export interface SocketListener {
  link(link: Link): void;
  message(text: string): void;
}

/** A WebSocket that is opened again whenever it closes. */
export interface ReconnectingSocket {
  /** Sends at once, or returns false. Nothing is kept for later: the person may click again, and both would count. */
  send(text: string): boolean;
  /** Tries again at once instead of waiting: for when the network is back. */
  retryNow(): void;
  /** Closes for good. */
  close(): void;
}

/** After a connection that lived this long (ms), delays start with the shortest again. */
const steadyAfter = 5_000;
/** An attempt that is not answered for this long (ms) is given up: browsers themselves wait for minutes. */
const attemptLimit = 10_000;

/** Opens a socket and keeps it open. `url` has to be a `ws:` or `wss:` address. `protocol`: a subprotocol to speak. */
export const openSocket = (url: string, listener: SocketListener, protocol?: string): ReconnectingSocket => {
  let socket: WebSocket;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let link: Link = { state: 'connecting' };
  let closed = false;

  const become = (next: Link): void => {
    link = next;
    listener.link(next);
  };

  const open = (): void => {
    const attempt = new WebSocket(url, protocol);
    let openedAt = Number.POSITIVE_INFINITY;
    socket = attempt;
    clearTimeout(timer);
    timer = setTimeout(() => attempt.close(), attemptLimit);
    become({ state: 'connecting' });

    attempt.addEventListener('open', () => {
      clearTimeout(timer);
      openedAt = Date.now();
      become({ state: 'live' });
    });
    attempt.addEventListener('message', ({ data }) => {
      if (!closed && typeof data === 'string') listener.message(data);
    });
    attempt.addEventListener('close', () => {
      clearTimeout(timer);
      if (closed) return;
      if (Date.now() - openedAt >= steadyAfter) failures = 0;
      const delay = backoff(failures, Math.random);
      failures += 1;
      timer = setTimeout(open, delay);
      become({ state: 'waiting', until: Date.now() + delay });
    });
  };

  open();
  return {
    send: (text) => {
      if (socket.readyState !== WebSocket.OPEN) return false;
      socket.send(text);
      return true;
    },
    retryNow: () => {
      if (link.state === 'waiting' && !closed) open();
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      socket.close();
    },
  };
};
