import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { api, connect, frame, lastConnection, type Running, rawClient, start, until } from './fixture.ts';

let running: Running;
afterEach(() => running.stop());

const call = (operation: string, input: Record<string, unknown> = {}) =>
  running.gateway.management(operation, { stage: 'dev', ConnectionId: lastConnection(running), ...input });
const post = (Data: unknown, input = {}) => call('PostToConnection', { Data, ...input });
const keys = ['$connect', '$disconnect'];

describe('PostToConnection', () => {
  it.each([Buffer.from('héllo'), new TextEncoder().encode('héllo'), 'héllo'])('sends %j as text', async (data) => {
    running = await start({ resources: api(keys) });
    const { socket } = await connect(running.url);
    const [message] = await Promise.all([once(socket, 'message'), post(data)]);
    expect([String(message[0]), message[1]]).toEqual(['héllo', false]);
  });

  it('keeps the order of its calls, long and short', async () => {
    running = await start({ resources: api(keys) });
    const { messages } = await connect(running.url);
    const sent = Array.from({ length: 50 }, (_, i) => `${i}:${'x'.repeat(i % 10 === 0 ? 40_000 : 10)}`);
    for (let at = 0; at < sent.length; at += 10) {
      await Promise.all(sent.slice(at, at + 10).map((data) => post(data)));
      await until(() => messages.length === at + 10);
    }
    expect(messages).toEqual(sent);
  });

  it('sends no frame over 32 KB', async () => {
    running = await start({ resources: api(keys) });
    const socket = await rawClient(running.port);
    await once(socket, 'data');
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
    });
    await post('é'.repeat(35_000));
    await until(() => bytes.length === 70_000 + 4 * 3);
    const headers = [0, 32_772, 65_544].map((at) => [bytes.readUInt8(at), bytes.readUInt16BE(at + 2)]);
    expect(headers).toEqual([
      [0x01, 32_768],
      [0x00, 32_768],
      [0x80, 4_464],
    ]);
  });

  it('takes 128 KB, and answers 413 to a byte more', async () => {
    running = await start({ resources: api(keys) });
    const { messages } = await connect(running.url);
    await expect(post(Buffer.alloc(128 * 1024 + 1, 'a'))).rejects.toMatchObject({
      name: 'PayloadTooLargeException',
      status: 413,
    });
    await post(Buffer.alloc(128 * 1024, 'a'));
    await until(() => messages.length === 1);
    expect(messages[0]).toHaveLength(128 * 1024);
  });

  it('answers 410 until $connect has returned', async () => {
    let early: unknown;
    running = await start({
      resources: api(keys),
      handler: async ({ name }) => {
        if (name === 'connect') early = await post('hi').catch((error) => error);
        return { statusCode: 200 };
      },
    });
    const { messages } = await connect(running.url);
    expect(early).toMatchObject({ name: 'GoneException', status: 410 });
    await post('now');
    await until(() => messages.length === 1);
  });

  it('answers 410 for a connection that is closed, unknown, or of another stage', async () => {
    running = await start({ resources: [...api(keys), ...api(['plus'], {}, 'api2', 'other')] });
    const { socket } = await connect(running.url);
    const gone = { name: 'GoneException', status: 410 };
    await expect(post('hi', { stage: 'other' })).rejects.toMatchObject(gone);
    await expect(post('hi', { ConnectionId: 'btvXRd6dliACF-A=' })).rejects.toMatchObject(gone);
    socket.close();
    await until(() => running.of('disconnect').length === 1);
    await expect(post('hi')).rejects.toMatchObject(gone);
  });

  it.each(['', 'short=', 'btvXRd6dliACF-A', 'btvXRd6dliACF/A=', 7, undefined])(
    'answers 400 for the id %j',
    async (ConnectionId) => {
      running = await start({ resources: api(keys) });
      await expect(post('hi', { ConnectionId })).rejects.toMatchObject({ name: 'BadRequestException', status: 400 });
    },
  );

  it('answers 403 for a stage that is not there', async () => {
    running = await start({ resources: api(keys) });
    await connect(running.url);
    await expect(post('hi', { stage: 'x' })).rejects.toMatchObject({ name: 'ForbiddenException', status: 403 });
  });

  it('answers 429 while a client does not read what it was sent, and takes posts again when it has', async () => {
    running = await start({ resources: api(keys) });
    const { socket, messages } = await connect(running.url);
    socket.pause();
    const large = Buffer.alloc(128 * 1024, 'a');
    let sent = 0;
    const full = await (async () => {
      for (; sent < 1_000; sent++) {
        const error = await post(large).catch((refusal) => refusal);
        if (error instanceof Error) return error;
        await new Promise(setImmediate);
      }
    })();
    expect(full).toMatchObject({ name: 'LimitExceededException', status: 429 });
    socket.resume();
    await until(() => messages.length === sent);
    await post('again');
    await until(() => messages.at(-1) === 'again');
  });
});

describe('GetConnection', () => {
  it('tells who it is, since when, and when it was last active', async () => {
    let time = Date.UTC(2026, 0, 2);
    running = await start({ resources: api(keys), now: () => time });
    await connect(running.url, [], { headers: { 'User-Agent': 'test' } });
    time += 5_000;
    await post('hi');
    expect(await call('GetConnection')).toEqual({
      connectedAt: '2026-01-02T00:00:00.000Z',
      identity: { sourceIp: '127.0.0.1', userAgent: 'test' },
      lastActiveAt: '2026-01-02T00:00:05.000Z',
    });
  });
});

describe('DeleteConnection', () => {
  it('closes with 1000, tells $disconnect, and leaves a connection that is gone at once', async () => {
    running = await start({ resources: api(keys) });
    const { closed } = await connect(running.url);
    await call('DeleteConnection');
    await expect(post('hi')).rejects.toMatchObject({ name: 'GoneException' });
    await expect(call('GetConnection')).rejects.toMatchObject({ name: 'GoneException' });
    expect(await closed).toEqual({ code: 1000, reason: 'Connection Closed Normally' });
    await until(() => running.of('disconnect').length === 1);
    expect(running.of('disconnect')[0]?.event.requestContext.disconnectStatusCode).toBe(1000);
  });

  it('serves nothing that the client sends after it', async () => {
    running = await start({ resources: api(['$connect', '$disconnect', '$default']) });
    const socket = await rawClient(running.port);
    await once(socket, 'data');
    await call('DeleteConnection');
    socket.end(Buffer.concat([frame(1, 'after'), frame(8, '')]));
    await until(() => running.of('disconnect').length === 1);
    expect(running.of('default')).toEqual([]);
  });
});

it('an operation that API Gateway does not have answers 404', async () => {
  running = await start({ resources: api(keys) });
  await expect(call('Broadcast')).rejects.toMatchObject({ name: 'UnknownOperationException', status: 404 });
});
