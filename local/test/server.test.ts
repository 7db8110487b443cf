import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { answerJson } from '../door/answer.ts';
import { type LocalServer, listen } from '../server.ts';

const started = async (port = 0): Promise<LocalServer> => {
  const server = await listen(port);
  onTestFinished(() => server.close());
  server.open({ request: (_, response) => answerJson(response, { fine: true }) });
  return server;
};

const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
const hasIpv6 = addresses.some(({ address }) => address === '::1');

/** Another program's server. */
const taken = async (host: string): Promise<number> => {
  const other = createServer().listen(0, host);
  await once(other, 'listening');
  onTestFinished(() => {
    other.close();
  });
  return (other.address() as AddressInfo).port;
};

const answer = async (host: string, port: number) => (await fetch(`http://${host}:${port}/`)).json();

it('answers on localhost', async () => {
  const { port } = await started();
  expect(await answer('localhost', port)).toEqual({ fine: true });
  expect(await answer('127.0.0.1', port)).toEqual({ fine: true });
});

it.skipIf(!hasIpv6)('answers on localhost by IPv6 too (skipped without IPv6)', async () => {
  const { port } = await started();
  expect(await answer('[::1]', port)).toEqual({ fine: true });
});

const outside = addresses.find(({ internal, family }) => !internal && family === 'IPv4');

it.skipIf(outside === undefined)('cannot be reached from other machines (skipped without a network)', async () => {
  const { port } = await started();
  const socket = connect(port, outside?.address);
  const outcome = await once(socket, 'connect').then(
    () => 'connected',
    (error: NodeJS.ErrnoException) => error.code,
  );
  socket.destroy();
  expect(outcome).toBe('ECONNREFUSED');
});

const inUse = (port: number) => `Port ${port} is in use: end what runs there, or start with --port and another number.`;

it('says that its port is in use', async () => {
  const port = await taken('127.0.0.1');
  await expect(listen(port)).rejects.toThrow(inUse(port));
});

it.skipIf(!hasIpv6)('says so if the port is in use by IPv6 alone, and lets go of the other', async () => {
  const port = await taken('::1');
  await expect(listen(port)).rejects.toThrow(inUse(port));
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  other.close();
});

it('ends at once, open connections included', async () => {
  const server = await started();
  const hosts = hasIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
  const sockets = hosts.map((host) => connect(server.port, host));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const closed = Promise.all(sockets.map((socket) => once(socket.resume(), 'close')));
  for (const socket of sockets) socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await Promise.all(sockets.map((socket) => once(socket, 'data')));
  await server.close();
  await closed;
  await expect(answer('127.0.0.1', server.port)).rejects.toThrow();
});

it('holds what comes before there is anybody to answer, and lets it in in its order', async () => {
  const server = await listen(0);
  onTestFinished(() => server.close());
  const url = `http://127.0.0.1:${server.port}`;
  const asked = fetch(`${url}/first`).then((response) => response.json());
  const socket = new WebSocket(`${url}/second`);
  const refused = once(socket, 'error').then(([error]) => (error as Error).message);
  const left = connect(server.port, '127.0.0.1', () => left.write('GET /left HTTP/1.1\r\nHost: x\r\n\r\n'));
  // All of it has come in once a later connection has been made and answered to.
  await once(left, 'connect');
  left.destroy();
  await new Promise((resolve) => setImmediate(resolve));
  const seen: unknown[] = [];
  server.open({
    request: (request, response) => {
      seen.push(request.url);
      answerJson(response, { fine: true });
    },
  });
  expect(await asked).toEqual({ fine: true });
  expect(await refused).toContain('404');
  expect(seen[0]).toBe('/first');
});

it('ends at once with what it holds', async () => {
  const server = await listen(0);
  const asked = fetch(`http://127.0.0.1:${server.port}/`).catch(() => 'cut');
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`);
  const cut = once(socket, 'error');
  const held = connect(server.port, '127.0.0.1').on('error', () => {});
  await once(held, 'connect');
  await server.close();
  expect(await asked).toBe('cut');
  await cut;
});
