import type { WebSocket } from 'ws';

/** How many messages, and bytes of them, wait for functions before their sender is not listened to. */
export interface WaitingLimits {
  readonly messages: number;
  readonly bytes: number;
}

/**
 * Of one connection, and of all. AWS starts a function for every message, up to its quotas in messages a second; here all share a
 * few environments, and what waits for them is in memory. Ours: bursts
 * of a client pass, and a laptop does not notice. A socket is read 64 KB at a time, which may be that much beyond.
 */
export const ofOne: WaitingLimits = { messages: 100, bytes: 1024 * 1024 };
const ofAll: WaitingLimits = { messages: 5_000, bytes: 32 * 1024 * 1024 };

/** Holds back clients whose messages come faster than functions take them: their sockets are not read meanwhile. */
export interface Waiting {
  /** A message begins to wait. Returns what to call, once, when its function is done. */
  begin(socket: WebSocket, bytes: number): () => void;
}

interface Load {
  messages: number;
  bytes: number;
}

const isOver = (load: Load, { messages, bytes }: WaitingLimits): boolean =>
  load.messages >= messages || load.bytes >= bytes;

export const createWaiting = (one = ofOne, all = ofAll): Waiting => {
  const total: Load = { messages: 0, bytes: 0 };
  const loads = new WeakMap<WebSocket, Load>();
  const paused = new Set<WebSocket>();

  const add = (load: Load, messages: number, bytes: number): void => {
    load.messages += messages;
    load.bytes += bytes;
  };
  const resume = (socket: WebSocket): void => {
    paused.delete(socket);
    socket.resume();
  };

  return {
    begin: (socket, bytes) => {
      const load = loads.get(socket) ?? { messages: 0, bytes: 0 };
      loads.set(socket, load);
      add(load, 1, bytes);
      add(total, 1, bytes);
      if (isOver(load, one) || isOver(total, all)) {
        paused.add(socket);
        socket.pause();
      }
      return () => {
        add(load, -1, -bytes);
        add(total, -1, -bytes);
        if (isOver(total, all)) return;
        for (const each of paused) if (!isOver(loads.get(each) ?? total, one)) resume(each);
      };
    },
  };
};
