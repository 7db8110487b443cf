import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type WebSocket as Connection, WebSocketServer } from 'ws';
import { type ServerMessage, serverMessage } from '../../../domain/protocol.ts';
import { type Live, openLive } from '../../../web/debug/live.ts';

let server: WebSocketServer;
let connection: Connection;
let live: Live;
const asked: string[] = [];
const delivered: (readonly [string, number, number])[] = [];
const versions: number[] = [];
const links: string[] = [];
let lastId = '';

beforeEach(async () => {
  for (const list of [asked, delivered, versions, links]) list.length = 0;
  server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'foldcast.v1' });
  await once(server, 'listening');
  const connected = once(server, 'connection');
  live = openLive(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    link: (link) => links.push(link.is),
    delivered: (room, from, to) => delivered.push([room, from, to]),
    version: (_, version) => versions.push(version),
  });
  connection = (await connected)[0] as Connection;
  connection.on('message', (text) => {
    const { action, room, id } = JSON.parse(String(text));
    if (action === 'whoAmI') return;
    asked.push(`${action} ${room}`);
    lastId = id;
  });
  await vi.waitFor(() => expect(links.at(-1)).toBe('live'), 30_000);
});
afterEach(() => {
  live.close();
  server.close();
});

const send = (message: ServerMessage): void => connection.send(serverMessage(message));
const stateOf = (room: string, version: number, epoch = 'e1') =>
  send({ type: 'state', room, epoch, version, state: version });
/** The answer to what was asked last. */
const answer = (room: string, version: number, epoch = 'e1') =>
  send({ type: 'state', room, epoch, version, state: version, id: lastId });

it('measures the delivery of casts, and not of the answer to joining', async () => {
  expect(connection.protocol).toBe('foldcast.v1');
  live.join('counter/a');
  await vi.waitFor(() => expect(asked).toEqual(['join counter/a']), 30_000);
  answer('counter/a', 10);
  stateOf('counter/b', 99);
  stateOf('counter/a', 12);
  send({ type: 'events', room: 'counter/a', epoch: 'e1', from: 12, to: 14, events: [] });
  stateOf('counter/a', 13);
  await vi.waitFor(() => expect(versions).toEqual([10, 12, 14, 13]), 30_000);
  expect(delivered).toEqual([
    ['counter/a', 11, 12],
    ['counter/a', 13, 14],
  ]);
});

it('measures nothing between two histories, and the first event of a room', async () => {
  live.join('counter/a');
  await vi.waitFor(() => expect(asked).toEqual(['join counter/a']), 30_000);
  answer('counter/a', 0, '');
  stateOf('counter/a', 1);
  stateOf('counter/a', 5, 'e2');
  stateOf('counter/a', 6, 'e2');
  await vi.waitFor(() => expect(versions).toEqual([0, 1, 5, 6]), 30_000);
  expect(delivered).toEqual([
    ['counter/a', 1, 1],
    ['counter/a', 6, 6],
  ]);
});

it('leaves a room for another', async () => {
  live.join('counter/a');
  live.join('counter/b');
  await vi.waitFor(() => expect(asked).toEqual(['join counter/a', 'leave counter/a', 'join counter/b']), 30_000);
});
