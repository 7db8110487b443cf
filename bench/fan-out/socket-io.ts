import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { io } from 'socket.io-client';
import type { Member, System } from './system.ts';
import { createWatch } from './watch.ts';

const join = async (url: string): Promise<Member> => {
  // Sockets to one address would else share a connection.
  const socket = io(url, { transports: ['websocket'], forceNew: true });
  const { hear, ...watch } = createWatch(Number);
  socket.on('state', hear);
  await new Promise<void>((done, failed) => socket.once('connect', done).once('connect_error', failed));
  return { ...watch, click: () => socket.emit('plus'), leave: () => socket.disconnect() };
};

/** A Socket.IO server in a process of its own. */
export const startSocketIo = async (): Promise<System> => {
  const server = fork(fileURLToPath(new URL('socket-io-server.ts', import.meta.url)));
  const exited = once(server, 'exit');
  // Should the bench fail, it is not left behind.
  const endToo = () => server.kill();
  process.once('exit', endToo);
  const ended = exited.then(() => {
    throw new Error('The Socket.IO server ended before it listened.');
  });
  const [{ port }] = (await Promise.race([once(server, 'message'), ended])) as [AddressInfo];
  return {
    title: 'Socket.IO',
    join: () => join(`http://127.0.0.1:${port}`),
    posts: async () => undefined,
    close: async () => {
      server.kill();
      await exited;
      process.off('exit', endToo);
    },
  };
};
