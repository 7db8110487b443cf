import { openSocket, type ReconnectingSocket } from 'foldcast-client';

/** What comes over the socket while a room is open. */
export interface LiveListener {
  link(state: 'connecting' | 'live' | 'waiting'): void;
  /** Members were sent these events, ends included, or a state with them, at `at` (milliseconds since 1970). */
  delivered(room: string, from: number, to: number, at: number): void;
  /** The room has this version now. */
  version(room: string, version: number): void;
}

/** The page as a member of one room at a time. */
export interface Live {
  /** Joins a room and leaves the one before; `undefined` to be in none. */
  join(room: string | undefined): void;
  close(): void;
}

interface Told {
  readonly type?: unknown;
  readonly room?: unknown;
  readonly version?: unknown;
  readonly from?: unknown;
  readonly to?: unknown;
}

const parse = (text: string): Told | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
};

/** Opens a socket of the wire `foldcast.v1` at `url`, and opens it again whenever it closes. */
export const openLive = (url: string, listener: LiveListener): Live => {
  let room: string | undefined;
  /** The last event that the room was known to have; `undefined` until joining is answered. */
  let known: number | undefined;

  const join = (): void => {
    known = undefined;
    if (room !== undefined) socket.send(JSON.stringify({ action: 'join', room }));
  };

  const socket: ReconnectingSocket = openSocket(
    url,
    {
      link: ({ state }) => {
        listener.link(state);
        // The first status is told before `socket` is assigned.
        if (state === 'live') join();
      },
      message: (text) => {
        const told = parse(text);
        if (!told || told.room !== room || room === undefined) return;
        const to = told.type === 'state' ? told.version : told.type === 'events' ? told.to : undefined;
        if (typeof to !== 'number') return;
        // The first message answers the join. Its events were delivered to others earlier, at times that nobody noted.
        if (known !== undefined && to > known) {
          const from = typeof told.from === 'number' ? Math.max(told.from, known + 1) : known + 1;
          listener.delivered(room, from, to, Date.now());
        }
        known = Math.max(known ?? 0, to);
        listener.version(room, to);
      },
    },
    'foldcast.v1',
  );

  return {
    join: (next) => {
      if (next === room) return;
      if (room !== undefined) socket.send(JSON.stringify({ action: 'leave', room }));
      room = next;
      join();
    },
    close: () => socket.close(),
  };
};
