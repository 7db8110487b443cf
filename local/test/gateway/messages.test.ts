import { afterEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../aws.ts';
import { api, connect, type Handler, lastConnection, type Running, resource, start, until } from './fixture.ts';

let running: Running;
afterEach(() => running.stop());

const ok: Handler = () => ({ statusCode: 200 });

describe('a message', () => {
  it('is routed by the selection expression, to the event of API Gateway', async () => {
    running = await start({ resources: api(['$connect', 'plus', '$default']), handler: ok });
    const { socket } = await connect(running.url);
    const body = '{"action":"plus", "é": 1}';
    socket.send(body);
    await until(() => running.of('plus').length === 1);
    expect(running.of('plus')[0]?.event).toEqual({
      requestContext: {
        routeKey: 'plus',
        messageId: expect.stringMatching(/^[\w-]{15}=$/),
        eventType: 'MESSAGE',
        extendedRequestId: expect.any(String),
        requestTime: expect.any(String),
        messageDirection: 'IN',
        stage: 'dev',
        connectedAt: running.of('connect')[0]?.event.requestContext.connectedAt,
        requestTimeEpoch: expect.any(Number),
        identity: { sourceIp: '127.0.0.1' },
        requestId: expect.any(String),
        domainName: `127.0.0.1:${running.port}`,
        connectionId: lastConnection(running),
        apiId: 'api1',
      },
      body,
      isBase64Encoded: false,
    });
  });

  it.each(['no json', '{"action":"unknown"}', '{}', '', '{"action":"$connect"}', '[1]'])(
    'goes to $default when it is %j',
    async (body) => {
      running = await start({ resources: api(['plus', '$default']), handler: ok });
      const { socket } = await connect(running.url);
      socket.send(body);
      await until(() => running.invocations.length === 1);
      expect(running.invocations[0]).toMatchObject({
        name: 'default',
        event: { body, requestContext: { routeKey: '$default' } },
      });
    },
  );

  it('is answered Forbidden where there is no $default, and the socket stays open', async () => {
    running = await start({ resources: api(['$connect', 'plus']), handler: ok });
    const { socket, messages } = await connect(running.url);
    socket.send('no json');
    await until(() => messages.length === 1);
    expect(JSON.parse(messages[0] ?? '')).toEqual({
      message: 'Forbidden',
      connectionId: lastConnection(running),
      requestId: expect.any(String),
    });
    socket.send('{"action":"plus"}');
    await until(() => running.of('plus').length === 1);
  });

  it('carries the variables of its stage', async () => {
    running = await start({
      resources: api(['$default'], { stage: { stageVariables: { color: 'blue' } } }),
      handler: ok,
    });
    (await connect(running.url)).socket.send('hi');
    await until(() => running.invocations.length === 1);
    expect(running.invocations[0]?.event).toMatchObject({ stageVariables: { color: 'blue' } });
  });

  it('does not wait for the one before it, up to eight of a connection', async () => {
    running = await start({ resources: api(['$default']), handler: () => new Promise(() => {}) });
    const { socket } = await connect(running.url);
    for (let i = 0; i < 20; i++) socket.send(String(i));
    await until(() => running.invocations.length === 8);
    expect(running.invocations.map(({ event }) => event.body)).toEqual(Array.from({ length: 8 }, (_, i) => String(i)));
  });

  it('goes to the API of its stage when there are several', async () => {
    running = await start({
      resources: [...api(['$default']), ...api(['$default'], {}, 'api2', 'other')],
      handler: ok,
    });
    const { socket } = await connect(running.url.replace(/dev$/, 'other'));
    socket.send('hi');
    await until(() => running.invocations.length === 1);
    expect(running.invocations[0]?.event.requestContext).toMatchObject({ apiId: 'api2', stage: 'other' });
  });
});

describe('what a function comes to', () => {
  const failure = async (handler: Handler, changes = {}) => {
    running = await start({ resources: api(['$connect', 'plus'], changes), handler, timing: { integration: 100 } });
    const { socket, messages } = await connect(running.url);
    socket.send('{"action":"plus"}');
    await until(() => messages.length === 1);
    expect(JSON.parse(messages[0] ?? '')).toEqual({
      message: 'Internal server error',
      connectionId: lastConnection(running),
      requestId: running.of('plus')[0]?.event.requestContext.requestId ?? expect.any(String),
    });
    expect(socket.readyState).toBe(socket.OPEN);
  };

  it('is told as Internal server error when it throws', () =>
    failure(({ name }) => (name === 'plus' ? Promise.reject(new Error('broken')) : { statusCode: 200 })));

  it('is told as Internal server error when it is throttled', () =>
    failure(({ name }) => {
      if (name === 'plus') throw new AwsError('TooManyRequestsException', 'Rate exceeded', 429);
      return { statusCode: 200 };
    }));

  it('is told as Internal server error when it takes too long, and said', async () => {
    await failure(({ name }) => (name === 'plus' ? new Promise(() => {}) : { statusCode: 200 }));
    expect(running.said).toEqual([expect.stringMatching(/gave up on .*function:plus .* within 100 ms/)]);
  });

  it('is told as Internal server error when no permission lets it be invoked', async () => {
    await failure(ok, { 'permission plus': { sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:api1/*/minus' } });
    expect(running.of('plus')).toEqual([]);
    expect(running.said).toHaveLength(1);
  });

  it('is not sent to the client, whatever it returns', async () => {
    running = await start({
      resources: api(['plus']),
      handler: () => ({ statusCode: 500, body: 'not for you' }),
    });
    const { socket, messages } = await connect(running.url);
    socket.send('{"action":"plus"}');
    socket.send('{"action":"none"}');
    await until(() => messages.length === 1);
    expect(messages[0]).toMatch(/Forbidden/);
  });

  const responding = (returned: unknown) =>
    start({
      resources: [
        ...api(['plus'], { 'route plus': { routeResponseSelectionExpression: '$default' } }),
        resource('aws:apigatewayv2/routeResponse:RouteResponse', 'plus', {
          apiId: 'api1',
          routeId: 'api1-route-plus',
          routeResponseKey: '$default',
        }),
      ].map((one) =>
        one.type.endsWith(':Deployment')
          ? { ...one, dependencies: [...one.dependencies, 'urn:aws:apigatewayv2/routeResponse:RouteResponse::plus'] }
          : one,
      ),
      handler: () => returned,
    });

  it.each([
    [{ statusCode: 200, body: 'hello' }, 'hello'],
    [{ statusCode: 200, body: 'aGk=', isBase64Encoded: true }, 'hi'],
    ['hello', expect.stringMatching(/Internal server error/)],
  ])('is sent where the route has a route response: %j', async (returned, expected) => {
    running = await responding(returned);
    const { socket, messages } = await connect(running.url);
    socket.send('{"action":"plus"}');
    await until(() => messages.length === 1);
    expect(messages).toEqual([expected]);
  });
});
