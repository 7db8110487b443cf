import { openSocket, type ReconnectingSocket } from 'foldcast-client/socket';
import { clientMessage, parseServerMessage } from '../../domain/protocol.ts';

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

/** Opens a socket of the wire `foldcast.v1` at `url`, and opens it again whenever it closes. */
export const openLive = (url: string, listener: LiveListener): Live => {
  let room: string | undefined;
  /** The last event that the room was known to have, and the history that it is of; `undefined` until joining is answered. */
  let known: { readonly epoch: string; readonly version: number } | undefined;

  const join = (): void => {
    known = undefined;
    if (room !== undefined) socket.send(clientMessage({ action: 'join', room }));
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
        const told = parseServerMessage(text);
        if ((told?.type !== 'state' && told?.type !== 'events') || told.room !== room) return;
        const to = told.type === 'state' ? told.version : told.to;
        // The first is the answer to joining: when its events were delivered to others is not known. And of another epoch than
        // before nobody knows which are new.
        if (known?.epoch !== told.epoch && known?.version !== 0) known = undefined;
        if (known && to > known.version) {
          const from = told.type === 'events' ? Math.max(told.from, known.version + 1) : known.version + 1;
          listener.delivered(room, from, to, Date.now());
        }
        known = { epoch: told.epoch, version: Math.max(known?.version ?? 0, to) };
        listener.version(room, to);
      },
    },
    'foldcast.v1',
  );

  return {
    join: (next) => {
      if (next === room) return;
      if (room !== undefined) socket.send(clientMessage({ action: 'leave', room }));
      room = next;
      join();
    },
    close: () => socket.close(),
  };
};
