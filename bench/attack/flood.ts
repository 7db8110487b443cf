import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';

/** A connection that listens to nothing it is told. */
export const open = async (url: string): Promise<WebSocket> => {
  const socket = new WebSocket(url, ['foldcast.v1'], { perMessageDeflate: false });
  socket.on('error', () => {});
  await once(socket, 'open');
  return socket;
};

/** Ten thousand actions of one connection within a second, unless it is hung up on before. */
export const flood = async (url: string, room: string): Promise<void> => {
  const socket = await open(url);
  for (let sent = 0; sent < 10_000 && socket.readyState === WebSocket.OPEN; sent += 100) {
    for (let index = sent; index < sent + 100; index += 1)
      socket.send(JSON.stringify({ action: 'onMessage', room, message: 'x', id: `${index}` }));
    await pause(10);
  }
  socket.terminate();
};

/** Connections that join a room, leave it and vanish, so many a second, until `isOver`. Returns how many there were. */
export const comeAndGo = async (
  url: string,
  room: string,
  perSecond: number,
  isOver: () => boolean,
): Promise<number> => {
  const visits: Promise<void>[] = [];
  const visit = async () => {
    const socket = await open(url);
    const gone = once(socket, 'close');
    for (const action of ['join', 'leave']) {
      const answered = once(socket, 'message');
      socket.send(JSON.stringify({ action, room }));
      await Promise.race([answered, gone]);
    }
    socket.terminate();
  };
  while (!isOver()) {
    visits.push(visit());
    await pause(1000 / perSecond);
  }
  await Promise.all(visits);
  return visits.length;
};
