import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { api, connect, frame, lastConnection, type Running, rawClient, refused, start, until } from './fixture.ts';

let running: Running;
afterEach(() => running.stop());

const answerTo = async (path: string, headers = '') => {
  const socket = await rawClient(running.port, path, headers);
  return String((await once(socket, 'data'))[0]).split('\r\n')[0];
};

describe('a hostile client', () => {
  it.each(['/', '/x', '/dev/x', '//dev', '/%', '/dev%00', '/__proto__', '/@connections', 'http://dev/dev'])(
    'is answered 403 at %s',
    async (path) => {
      running = await start({ resources: api(['$connect']) });
      expect(await answerTo(path)).toBe('HTTP/1.1 403 Forbidden');
      expect(running.invocations).toEqual([]);
    },
  );

  it('is answered 414 with a URL over 4,096 characters, and 431 with headers that no server takes', async () => {
    running = await start({ resources: api(['$connect']) });
    expect(await answerTo(`/dev?${'a'.repeat(4_096)}`)).toBe('HTTP/1.1 414 URI Too Long');
    expect(await answerTo('/dev', `X-Long: ${'a'.repeat(20_000)}\r\n`)).toMatch(/431/);
  });

  it('may name a header or a parameter __proto__', async () => {
    running = await start({ resources: api(['$connect']) });
    expect(await answerTo('/dev?__proto__=1', '__proto__: 2\r\n')).toMatch(/101/);
    const event = running.of('connect')[0]?.event as unknown as Record<string, object>;
    expect(Object.entries(event.queryStringParameters ?? {})).toEqual([['__proto__', '1']]);
    expect(Object.keys(event.headers ?? {})).toContain('__proto__');
  });

  it('that resets its connection in any phase disturbs nobody', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    running = await start({
      resources: api(['$connect', '$disconnect', '$default']),
      handler: async ({ event }) => {
        if (event.headers?.['X-Wait']) await promise;
        return { statusCode: 200 };
      },
    });
    const other = await connect(running.url);
    (await rawClient(running.port, '/nowhere')).resetAndDestroy();
    (await rawClient(running.port, '/dev', 'X-Wait: 1\r\n')).resetAndDestroy();
    const open = await rawClient(running.port);
    await once(open, 'data');
    open.write(frame(1, 'x'.repeat(20_000)).subarray(0, 100));
    open.resetAndDestroy();
    resolve();
    await until(() => running.of('disconnect').length >= 1);
    other.socket.send('still here');
    await until(() => running.of('default').length > 0);
    expect(running.of('default').map(({ event }) => event.body)).toEqual(['still here']);
  });

  it('that only half closes its socket is taken for gone', async () => {
    running = await start({ resources: api(['$connect', '$disconnect']) });
    const socket = await rawClient(running.port);
    await once(socket, 'data');
    socket.end();
    await until(() => running.of('disconnect').length === 1);
    expect(running.of('disconnect')[0]?.event.requestContext.disconnectStatusCode).toBe(1006);
  });

  it('that sends after its close frame is not heard', async () => {
    running = await start({ resources: api(['$connect', '$disconnect', '$default']) });
    const socket = await rawClient(running.port);
    await once(socket, 'data');
    socket.write(Buffer.concat([frame(1, 'before'), frame(8, ''), frame(1, 'after')]));
    await until(() => running.of('disconnect').length === 1);
    expect(running.of('default').map(({ event }) => event.body)).toEqual(['before']);
  });

  it('may send its first message with the handshake', async () => {
    running = await start({ resources: api(['$connect', '$default']) });
    const socket = await rawClient(running.port);
    socket.write(frame(1, 'early'));
    await until(() => running.of('default').length > 0);
    expect(running.of('default').map(({ event }) => event.body)).toEqual(['early']);
  });
});

describe('closing the gateway', () => {
  it('ends every connection with 1001, tells no function, and refuses later handshakes', async () => {
    running = await start({ resources: api(['$connect', '$disconnect']) });
    const clients = await Promise.all([connect(running.url), connect(running.url)]);
    await Promise.all([running.gateway.close(), running.gateway.close()]);
    for (const { closed } of clients) expect(await closed).toEqual({ code: 1001, reason: 'Going away' });
    expect((await refused(running.url)).status).toBe(503);
    expect(running.of('disconnect')).toEqual([]);
  });

  it('does not wait for a client that does not read, nor for a $connect that does not return', async () => {
    running = await start({
      resources: api(['$connect']),
      handler: ({ event }) => (event.headers['X-Wait'] ? new Promise(() => {}) : { statusCode: 200 }),
      timing: { closing: 20 },
    });
    const silent = await rawClient(running.port);
    await once(silent, 'data');
    silent.pause();
    const ConnectionId = lastConnection(running);
    await running.gateway.management('PostToConnection', { stage: 'dev', ConnectionId, Data: 'x'.repeat(128 * 1024) });
    const waiting = await rawClient(running.port, '/dev', 'X-Wait: 1\r\n');
    await until(() => running.of('connect').length === 2);
    const closed = once(waiting, 'close');
    await running.gateway.close();
    expect(await closed).toEqual([false]);
  });
});
