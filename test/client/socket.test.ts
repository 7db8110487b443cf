import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { backoff, type Link, openSocket, type ReconnectingSocket } from 'foldcast-client/socket';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type WebSocket as Connection, WebSocketServer } from 'ws';

let server: WebSocketServer;
let url: string;
let links: Link[];
let texts: string[];
let socket: ReconnectingSocket | undefined;

const open = (onLink: (link: Link) => void = () => {}): ReconnectingSocket => {
  socket = openSocket(url, {
    link: (link) => {
      links.push(link);
      onLink(link);
    },
    message: (text) => texts.push(text),
  });
  return socket;
};
const states = (): string[] => links.map((link) => link.state);
const accepted = async (): Promise<Connection> => (await once(server, 'connection'))[0] as Connection;
const live = (): Promise<void> => vi.waitFor(() => expect(links.at(-1)).toEqual({ state: 'live' }), 5_000);

beforeEach(async () => {
  links = [];
  texts = [];
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  socket?.close();
  server.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a reconnecting socket', () => {
  it('sends and receives while it is live', async () => {
    const connection = accepted();
    const { send } = open();
    await live();
    (await connection).on('message', (text) => (server.clients.values().next().value as Connection).send(`${text}!`));
    expect(send('hello')).toBe(true);
    await vi.waitFor(() => expect(texts).toEqual(['hello!']), 30_000);
  });

  it('sends nothing while it is not live, then or later', async () => {
    const connection = accepted();
    const { send } = open();
    expect(send('too early')).toBe(false);
    const received: string[] = [];
    (await connection).on('message', (text) => received.push(String(text)));
    await live();
    expect(send('in time')).toBe(true);
    await vi.waitFor(() => expect(received).toEqual(['in time']), 30_000);
  });

  it('is opened again when it closes', async () => {
    const connection = accepted();
    open();
    await live();
    (await connection).close(1001);
    await vi.waitFor(() => expect(states()).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live']), 5_000);
  });

  it('is opened at once when it is told to retry, and only if it waits', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const connection = accepted();
    const { retryNow } = open();
    await live();
    retryNow();
    expect(states()).toEqual(['connecting', 'live']);
    (await connection).terminate();
    await vi.waitFor(() => expect(links.at(-1)?.state).toBe('waiting'), 30_000);
    retryNow();
    await live();
    vi.advanceTimersByTime(60_000);
    expect(states()).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live']);
  });

  it('waits longer each time it is cut off soon, and starts anew after a steady connection', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    let now = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => now);
    const delays: number[] = [];
    const { retryNow } = open((link) => {
      if (link.state === 'waiting') delays.push(link.until - now);
    });
    for (const lasted of [0, 0, 4_999, 5_000, 0]) {
      const waits = delays.length;
      await live();
      now += lasted;
      for (const client of server.clients) client.terminate();
      await vi.waitFor(() => expect(delays.length).toBe(waits + 1), 30_000);
      retryNow();
    }
    expect(delays).toEqual([500, 1_000, 2_000, 500, 1_000]);
  });

  it('gives up an attempt that nobody answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    url = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const caller = once(silent, 'connection');
    open();
    await caller;
    vi.advanceTimersByTime(9_000);
    expect(states()).toEqual(['connecting']);
    vi.advanceTimersByTime(1_000);
    await vi.waitFor(() => expect(states().slice(0, 2)).toEqual(['connecting', 'waiting']), 30_000);
    silent.close();
  });

  it('stays closed once it was closed on purpose', async () => {
    const connection = accepted();
    const { close } = open();
    await live();
    const closed = once(await connection, 'close');
    close();
    await closed;
    expect(states()).toEqual(['connecting', 'live']);
  });
});

describe('the delay before the next attempt', () => {
  it('doubles up to 15 seconds', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map((failures) => backoff(failures, () => 0))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
    ]);
  });

  it('is up to a half shorter by chance, and never none', () => {
    expect(backoff(1, () => 0.5)).toBe(750);
    expect(backoff(1, () => 0.999_999)).toBeCloseTo(500, 0);
  });
});
