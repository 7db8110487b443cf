import { once } from 'node:events';
import WebSocket from 'ws';
import { until } from '../test/system/until.ts';

/** A version that a client was shown, and when, in ms of `performance.now()`. */
export interface Arrival {
  readonly version: number;
  readonly at: number;
}

/** A client that clicks and watches. */
export interface Client {
  /** The user agent that it connected with. It is unique, so the runtime can be asked which connection this client has. */
  readonly agent: string;
  send(text: string): void;
  /** Messages since the start. */
  received(): number;
  /** Waits until it has received so many messages since the start. */
  hears(messages: number): Promise<void>;
  /** The highest version that it was shown so far. */
  version(): number;
  /** What it was shown, each version higher than the one before. */
  readonly arrivals: readonly Arrival[];
  close(): void;
}

/** How many handshakes are under way at once. */
const atOnce = 20;

/** @param versionIn reads the version, of its room, that a message brings a client to; undefined if it shows none */
const connect = async (
  url: string,
  agent: string,
  versionIn: (message: string) => number | undefined,
  protocol?: string,
): Promise<Client> => {
  const socket = new WebSocket(url, protocol === undefined ? [] : [protocol], {
    headers: { 'user-agent': agent },
    perMessageDeflate: false,
  });
  const arrivals: Arrival[] = [];
  let messages = 0;
  socket.on('message', (data) => {
    const at = performance.now();
    messages += 1;
    const version = versionIn(String(data));
    if (version !== undefined && version > (arrivals.at(-1)?.version ?? 0)) arrivals.push({ version, at });
  });
  await once(socket, 'open');
  return {
    agent,
    send: (text: string) => socket.send(text),
    received: () => messages,
    hears: (wanted) => until(`${agent} has heard something`, () => messages >= wanted),
    version: () => arrivals.at(-1)?.version ?? 0,
    arrivals,
    close: () => socket.terminate(),
  };
};

/** Connects as many clients as asked for. */
export const connectAll = async (
  url: string,
  count: number,
  versionIn: (message: string) => number | undefined,
  protocol?: string,
): Promise<readonly Client[]> => {
  const clients: Client[] = [];
  while (clients.length < count) {
    const next = Array.from({ length: Math.min(atOnce, count - clients.length) }, (_, at) => clients.length + at);
    clients.push(...(await Promise.all(next.map((number) => connect(url, `bench-${number}`, versionIn, protocol)))));
  }
  return clients;
};
