import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { AwsError } from '../../aws.ts';
import {
  api,
  connect,
  type Handler,
  lastConnection,
  type Running,
  rawClient,
  refused,
  start,
  until,
} from './fixture.ts';

let running: Running;
afterEach(() => running.stop());

const startWith = async (connectHandler: Handler, keys = ['$connect', '$disconnect']) => {
  running = await start({
    resources: api(keys),
    handler: (invocation) => (invocation.name === 'connect' ? connectHandler(invocation) : { statusCode: 200 }),
    timing: { integration: 200 },
  });
  return running;
};

/** Sends a header twice, which the types of `ws` have no word for. */
const twice: NonNullable<ClientOptions['finishRequest']> = (request) => {
  request.setHeader('X-Two', ['1', '2']);
  request.end();
};

describe('$connect', () => {
  it('is invoked with the event of API Gateway', async () => {
    await startWith(() => ({ statusCode: 200 }));
    await connect(`${running.url}?tag=a&tag=b&user=é`, [], {
      headers: { 'User-Agent': 'test' },
      finishRequest: twice,
    });
    const event = running.of('connect')[0]?.event;
    expect(event).toEqual({
      headers: expect.objectContaining({
        Host: `127.0.0.1:${running.port}`,
        'User-Agent': 'test',
        'X-Two': '2',
        'X-Forwarded-For': '127.0.0.1',
        'X-Forwarded-Port': String(running.port),
      }),
      multiValueHeaders: expect.objectContaining({ 'X-Two': ['1', '2'], 'User-Agent': ['test'] }),
      queryStringParameters: { tag: 'b', user: 'é' },
      multiValueQueryStringParameters: { tag: ['a', 'b'], user: ['é'] },
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        extendedRequestId: expect.stringMatching(/^[\w-]{15}=$/),
        requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        messageDirection: 'IN',
        stage: 'dev',
        connectedAt: expect.any(Number),
        requestTimeEpoch: expect.any(Number),
        identity: { sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        domainName: `127.0.0.1:${running.port}`,
        connectionId: expect.stringMatching(/^[\w-]{15}=$/),
        apiId: 'api1',
      },
      isBase64Encoded: false,
    });
    expect(event?.headers).not.toHaveProperty('Upgrade');
  });

  it.each([401, 403, 404, 503])('refuses the handshake with the status %i that it returns', async (statusCode) => {
    await startWith(() => ({ statusCode }));
    expect((await refused(running.url)).status).toBe(statusCode);
    expect(running.of('disconnect')).toEqual([]);
  });

  it.each<[string, Handler, number]>([
    ['throws', () => Promise.reject(new Error('broken')), 500],
    ['is throttled', () => Promise.reject(new AwsError('TooManyRequestsException', 'Rate exceeded', 429)), 500],
    ['takes too long', () => new Promise(() => {}), 500],
    ['returns no response', () => undefined, 502],
    ['returns a status that is none', () => ({ statusCode: 'fine' }), 502],
  ])('refuses the handshake when its function %s', async (_, handler, status) => {
    await startWith(handler);
    const { body, ...answer } = await refused(running.url);
    expect(answer.status).toBe(status);
    expect(JSON.parse(body)).toEqual({
      message: expect.any(String),
      connectionId: lastConnection(running),
      requestId: expect.any(String),
    });
  });

  it('refuses the handshake with 500, and says why once, when no permission lets it be invoked', async () => {
    running = await start({
      resources: api(['$connect'], { 'permission connect': { principal: 's3.amazonaws.com' } }),
    });
    expect((await refused(running.url)).status).toBe(500);
    expect((await refused(running.url)).status).toBe(500);
    expect(running.invocations).toEqual([]);
    expect(running.said).toEqual([
      expect.stringMatching(/may not invoke .*function:connect: add an aws.lambda.Permission .*\/dev\/\$connect/),
    ]);
  });

  it('accepts everyone where there is no such route', async () => {
    running = await start({ resources: api(['plus']) });
    await connect(running.url);
    await connect(`${running.url}/`);
    expect(running.invocations).toEqual([]);
  });

  it('is not invoked for a handshake that is malformed', async () => {
    await startWith(() => ({ statusCode: 200 }));
    const socket = await rawClient(running.port, '/dev', 'Sec-WebSocket-Version: 99\r\n');
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 400/);
    expect(running.invocations).toEqual([]);
  });
});

describe('a subprotocol', () => {
  it('is selected when the function returns it in any case, and is among the headers of the event', async () => {
    await startWith(() => ({ statusCode: 200, headers: { 'sec-websocket-protocol': 'v1' } }));
    const { socket } = await connect(running.url, ['v2', 'v1']);
    expect(socket.protocol).toBe('v1');
    expect(running.of('connect')[0]?.event.headers['Sec-WebSocket-Protocol']).toBe('v2,v1');
  });

  it('is not selected by itself', async () => {
    await startWith(() => ({ statusCode: 200 }));
    const socket = new WebSocket(running.url, ['v1']);
    expect((await once(socket, 'error'))[0]).toMatchObject({ message: 'Server sent no subprotocol' });
  });

  it('cannot carry another header', async () => {
    await startWith(() => ({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'v1\r\nX-Evil: 1' } }));
    const socket = await rawClient(running.port);
    expect(String((await once(socket, 'data'))[0])).not.toMatch(/Evil/);
  });
});

describe('$disconnect', () => {
  it.each([
    [1000, 'bye', 1000, 'bye'],
    [undefined, undefined, 1005, 'Client-side close frame status not set'],
    [4001, '', 4001, ''],
  ])(
    'is told the code %s and the reason %s of the client',
    async (code, reason, disconnectStatusCode, disconnectReason) => {
      await startWith(() => ({ statusCode: 200 }));
      const { socket } = await connect(running.url);
      socket.close(code, reason);
      await until(() => running.of('disconnect').length === 1);
      const event = running.of('disconnect')[0]?.event;
      expect(event?.requestContext).toMatchObject({
        routeKey: '$disconnect',
        eventType: 'DISCONNECT',
        connectionId: lastConnection(running),
        disconnectStatusCode,
        disconnectReason,
      });
      expect(event?.headers.Host).toBe(`127.0.0.1:${running.port}`);
    },
  );

  it('is told 1006 of a socket that died without a close frame', async () => {
    await startWith(() => ({ statusCode: 200 }));
    const { socket } = await connect(running.url);
    socket.terminate();
    await until(() => running.of('disconnect').length === 1);
    expect(running.of('disconnect')[0]?.event.requestContext.disconnectStatusCode).toBe(1006);
  });

  it('is told of a client that left while $connect ran', async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    await startWith(() => promise);
    const socket = await rawClient(running.port);
    await until(() => running.of('connect').length === 1);
    socket.resetAndDestroy();
    await once(socket, 'close');
    resolve({ statusCode: 200 });
    await until(() => running.of('disconnect').length === 1);
    expect(running.of('disconnect')[0]?.event.requestContext).toMatchObject({
      connectionId: lastConnection(running),
      disconnectStatusCode: 1006,
    });
  });

  it('may fail without consequence', async () => {
    running = await start({
      resources: api(['$disconnect']),
      handler: () => Promise.reject(new AwsError('TooManyRequestsException', 'Rate exceeded', 429)),
    });
    const { socket } = await connect(running.url);
    socket.close();
    await until(() => running.said.length === 1);
    await connect(running.url);
    expect(running.said).toHaveLength(1);
  });
});
