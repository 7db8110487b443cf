import { afterEach, describe, expect, it } from 'vitest';
import { AwsError, type Resource } from '../../aws.ts';
import { createGateway } from '../../gateway/gateway.ts';
import {
  api,
  connect,
  functionArn,
  graphOf,
  type Handler,
  type Running,
  refused,
  resource,
  start,
  until,
} from './fixture.ts';

const executionArn = 'arn:aws:execute-api:us-east-1:000000000000:api1';
const methodArn = `${executionArn}/dev/$connect`;
const guarded = { authorizationType: 'CUSTOM', authorizerId: 'guard' };

/** An API whose `$connect` is guarded by the function `authorize`. */
const guardedApi = (
  authorizer: Record<string, unknown> = {},
  route: Record<string, unknown> = guarded,
  permission: Record<string, unknown> = {},
): Resource[] => {
  const arn = functionArn('authorize');
  const invokeArn = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
  return [
    ...api(['$connect', '$disconnect', 'plus'], { 'route connect': route }),
    resource('aws:lambda/function:Function', 'authorize', {}, { id: 'authorize', name: 'authorize', arn, invokeArn }),
    resource(
      'aws:apigatewayv2/authorizer:Authorizer',
      'guard',
      { apiId: 'api1', authorizerType: 'REQUEST', authorizerUri: invokeArn, ...authorizer },
      { id: 'guard' },
    ),
    resource('aws:lambda/permission:Permission', 'guard', {
      action: 'lambda:InvokeFunction',
      function: 'authorize',
      principal: 'apigateway.amazonaws.com',
      sourceArn: `${executionArn}/authorizers/guard`,
      ...permission,
    }),
  ];
};

const policy = (Effect: string, Resource: string = methodArn) => ({
  Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }],
});
const allowed = { principalId: 'ann', policyDocument: policy('Allow') };

let running: Running;
afterEach(() => running?.stop());

const startWith = async (authorize: Handler, resources = guardedApi()) => {
  running = await start({
    resources,
    handler: (invocation) => (invocation.name === 'authorize' ? authorize(invocation) : { statusCode: 200 }),
    timing: { integration: 200 },
  });
  return running;
};

describe('a REQUEST authorizer', () => {
  it('is asked before $connect, about the route, with all of the handshake', async () => {
    await startWith(() => allowed);
    await connect(`${running.url}?token=t`, [], { headers: { 'X-Key': 'k' } });
    expect(running.invocations.map(({ name }) => name)).toEqual(['authorize', 'connect']);
    expect(running.of('authorize')[0]?.event).toMatchObject({
      type: 'REQUEST',
      methodArn,
      headers: { 'X-Key': 'k' },
      queryStringParameters: { token: 't' },
      requestContext: { routeKey: '$connect', eventType: 'CONNECT', connectionId: expect.any(String) },
    });
    expect(running.of('authorize')[0]?.event.requestContext).not.toHaveProperty('authorizer');
  });

  it('has its context in every event of the connection, as texts', async () => {
    await startWith(() => ({ ...allowed, context: { user: 'ann', age: 7, admin: true } }));
    const { socket } = await connect(running.url);
    socket.send('{"action":"plus"}');
    await until(() => running.of('plus').length === 1);
    socket.close();
    await until(() => running.of('disconnect').length === 1);
    const authorizer = { principalId: 'ann', user: 'ann', age: '7', admin: 'true' };
    for (const name of ['connect', 'plus', 'disconnect'])
      expect(running.of(name)[0]?.event.requestContext).toMatchObject({ authorizer });
  });

  it('is asked again by every handshake', async () => {
    await startWith(() => allowed);
    await connect(running.url);
    await connect(running.url);
    expect(running.of('authorize')).toHaveLength(2);
  });

  const unauthorized = () => Promise.reject(new Error('Unauthorized'));
  it.each<[string, number, Handler]>([
    ['throws Unauthorized', 401, unauthorized],
    ['throws anything else', 500, () => Promise.reject(new Error('unauthorized'))],
    ['could not be invoked', 500, () => Promise.reject(new AwsError('TooManyRequestsException', 'Rate exceeded', 429))],
    ['takes too long', 500, () => new Promise(() => {})],
    ['denies', 403, () => ({ ...allowed, policyDocument: policy('Deny') })],
    ['allows another stage', 403, () => ({ ...allowed, policyDocument: policy('Allow', `${executionArn}/prod/*`) })],
    [
      'allows and denies',
      403,
      () => ({
        ...allowed,
        policyDocument: { Statement: [...policy('Allow', '*').Statement, ...policy('Deny', '*').Statement] },
      }),
    ],
    [
      'allows another action',
      403,
      () => ({
        ...allowed,
        policyDocument: { Statement: [{ Action: 'lambda:*', Effect: 'Allow', Resource: '*' }] },
      }),
    ],
    ['says nothing', 500, () => undefined],
    ['names nobody', 500, () => ({ policyDocument: policy('Allow') })],
    ['has no policy', 500, () => ({ principalId: 'ann' })],
    ['has a list in its context', 500, () => ({ ...allowed, context: { shelves: ['a'] } })],
    ['has null in its context', 500, () => ({ ...allowed, context: { user: null } })],
    ['says more than 8 KB', 500, () => ({ ...allowed, context: { user: 'x'.repeat(8 * 1024) } })],
  ])('that %s ends the handshake with %s, and $connect is never asked', async (_, status, authorize) => {
    await startWith(authorize);
    const answer = await refused(running.url);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ message: expect.any(String), connectionId: expect.any(String) });
    expect(running.invocations.map(({ name }) => name)).toEqual(['authorize']);
  });

  it.each([['*'], [`${executionArn}/*`], [`${executionArn}/dev/*`]])('may allow %s', async (resources) => {
    await startWith(() => ({ ...allowed, policyDocument: policy('Allow', resources) }));
    await expect(connect(running.url)).resolves.toBeDefined();
  });

  it('says what can not be used of its answer', async () => {
    await startWith(() => ({ ...allowed, context: { shelves: ['a'] } }));
    await refused(running.url);
    expect(running.said).toEqual([expect.stringMatching(/authorizer "guard" answered: its context holds more than/)]);
  });

  it('ends the handshake with 500, and says why, when no permission lets it be invoked', async () => {
    await startWith(() => allowed, guardedApi({}, guarded, { sourceArn: `${executionArn}/dev/$connect` }));
    expect((await refused(running.url)).status).toBe(500);
    expect(running.said).toEqual([expect.stringMatching(/may not invoke .*:authorize: add .*\/authorizers\/guard/)]);
  });
});

describe('identity sources', () => {
  const identitySources = [
    'route.request.header.X-Key',
    'route.request.querystring.token',
    'context.identity.sourceIp',
  ];

  it.each([
    ['no header', '?token=t', {}],
    ['an empty query', '?token=', { 'X-Key': 'k' }],
  ])('answer 401 to %s, and nobody is invoked', async (_, query, headers) => {
    await startWith(() => allowed, guardedApi({ identitySources }));
    await expect(connect(running.url + query, [], { headers })).rejects.toThrow('401');
    expect(running.invocations).toEqual([]);
  });

  it('let those through who have all, whatever the case of a header', async () => {
    await startWith(() => allowed, guardedApi({ identitySources }));
    await expect(connect(`${running.url}?token=t`, [], { headers: { 'x-key': 'k' } })).resolves.toBeDefined();
  });
});

describe('a program that AWS would refuse', () => {
  it.each<[RegExp, Resource[]]>([
    [/no authorizer of its API/, guardedApi({}, { ...guarded, authorizerId: 'other' })],
    [/no authorizer of its API/, guardedApi({ apiId: 'api2' })],
    [/passes over without authorizationType/, guardedApi({}, { authorizerId: 'guard' })],
    [/\$connect alone/, api(['plus'], { 'route plus': guarded })],
    [/no identity source/, guardedApi({ identitySources: ['method.request.header.X'] })],
    [/authorizerUri has to be a function's invokeArn/, guardedApi({ authorizerUri: functionArn('authorize') })],
    [/authorizerType is "JWT"/, guardedApi({ authorizerType: 'JWT' })],
    [/cannot run the input authorizerResultTtlInSeconds/, guardedApi({ authorizerResultTtlInSeconds: 300 })],
  ])('is told: %s', (sentence, resources) => {
    expect(() =>
      createGateway({ graph: graphOf(...resources), invoke: async () => ({ ok: true, value: {} }), say: () => {} }),
    ).toThrow(sentence);
  });
});
