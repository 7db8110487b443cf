import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between clients and a server on this machine, which can be cut. */
export interface Network {
  readonly port: number;
  /** Cuts a connection, as a train does that goes into a tunnel: neither side is told more than that it is gone. `which`: from 0 to 1. */
  cut(which: number): void;
  close(): Promise<void>;
}

export const networkTo = async (port: number): Promise<Network> => {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    open.add(near);
    const end = () => {
      near.destroy();
      far.destroy();
      open.delete(near);
    };
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut: (which) => [...open][Math.floor(which * open.size)]?.destroy(),
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
