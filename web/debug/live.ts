import { connect, type Room, type Status } from 'foldcast-client';
import { parseServerMessage } from '../../domain/protocol.ts';

/** What comes over the socket while a room is open. */
export interface LiveListener {
  link(status: Status): void;
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

/** Connects to the stack at `url`, and looks at what comes over the wire as it comes. */
export const openLive = (url: string, listener: LiveListener): Live => {
  const foldcast = connect(url);
  let member: Room | undefined;
  /** The last event that the room was known to have, and the history that it is of; `undefined` until joining is answered. */
  let known: { readonly epoch: string; readonly version: number } | undefined;

  const tellLink = (): void => listener.link(foldcast.status);
  tellLink();
  foldcast.subscribe(tellLink);
  foldcast.watch((text, direction) => {
    if (direction === 'out') return;
    const told = parseServerMessage(text);
    if ((told?.type !== 'state' && told?.type !== 'events') || told.room !== member?.name) return;
    const to = told.type === 'state' ? told.version : told.to;
    // Of what answers a question it is not known when others were sent it. And of another epoch than before nobody knows which are new.
    const isAnswer = told.id !== undefined;
    if (known?.epoch !== told.epoch && known?.version !== 0) known = undefined;
    if (known && !isAnswer && to > known.version) {
      const from = told.type === 'events' ? Math.max(told.from, known.version + 1) : known.version + 1;
      listener.delivered(told.room, from, to, Date.now());
    }
    known = { epoch: told.epoch, version: Math.max(known?.version ?? 0, to) };
    listener.version(told.room, to);
  });

  return {
    join: (next) => {
      if (next === member?.name) return;
      member?.leave();
      known = undefined;
      member = next === undefined ? undefined : foldcast.join(next);
    },
    close: () => foldcast.close(),
  };
};
