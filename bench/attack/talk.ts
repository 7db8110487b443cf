import type WebSocket from 'ws';
import { open } from './flood.ts';

/** Clients that only want to talk: each waits for the answer to what it said before it says the next. */
export interface Talkers {
  /** Each says so much. Returns how long each answer took, in ms. */
  talk(each: number): Promise<readonly number[]>;
  leave(): void;
}

const say = (socket: WebSocket, room: string, id: string): Promise<number> =>
  new Promise((resolve) => {
    const began = performance.now();
    const hear = (data: unknown) => {
      const { type, id: of } = JSON.parse(String(data));
      if (type !== 'ack' || of !== id) return;
      socket.off('message', hear);
      resolve(performance.now() - began);
    };
    socket.on('message', hear);
    socket.send(JSON.stringify({ action: 'onMessage', room, message: 'Hello', id }));
  });

export const talkers = async (url: string, count: number, room: string): Promise<Talkers> => {
  const sockets = await Promise.all(Array.from({ length: count }, () => open(url)));
  for (const socket of sockets) socket.send(JSON.stringify({ action: 'join', room }));
  let said = 0;
  const talkAlone = async (socket: WebSocket, each: number): Promise<readonly number[]> => {
    const times: number[] = [];
    while (times.length < each) {
      said += 1;
      times.push(await say(socket, room, `said-${said}`));
    }
    return times;
  };
  return {
    talk: async (each) => (await Promise.all(sockets.map((socket) => talkAlone(socket, each)))).flat(),
    leave: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
};
