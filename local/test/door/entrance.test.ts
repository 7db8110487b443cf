import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../../server.ts';
import { program, type S3System, startS3 } from '../s3/system.ts';
import { until } from '../until.ts';
import { ask, handshake, type Question } from './ask.ts';

const named = 'https://tunnel.example';
const text = `${program.replace("['http://localhost:*']", "['http://localhost:*', 'https://app.example', 'https://*', '*']")}
new aws.dynamodb.Table('notes', { billingMode: 'PAY_PER_REQUEST', hashKey: 'id', attributes: [{ name: 'id', type: 'S' }] });
const api = new aws.apigatewayv2.Api('api', { protocolType: 'WEBSOCKET', routeSelectionExpression: '$request.body.action' });
const integration = new aws.apigatewayv2.Integration('teller', { apiId: api.id, integrationType: 'AWS_PROXY', integrationUri: teller.invokeArn });
new aws.apigatewayv2.Route('teller', { apiId: api.id, routeKey: 'tell', target: pulumi.interpolate\`integrations/\${integration.id}\` });
new aws.apigatewayv2.Stage('dev', { apiId: api.id, name: 'dev', autoDeploy: true });
export const secret = 'told to our own pages';
`;
const Bucket = 'photos';
let system: S3System;
let port: number;
let here: string;
beforeAll(async () => {
  system = await startS3(text, { origins: [named] });
  port = system.runtime.port;
  here = `127.0.0.1:${port}`;
  await system.operator.send(
    new PutObjectCommand({ Bucket, Key: 'a.svg', Body: '<svg/>', ContentType: 'image/svg+xml' }),
  );
});
afterAll(() => system.close());

const scan = (headers: Question['headers']): Question => ({
  method: 'POST',
  headers: { 'x-amz-target': 'DynamoDB_20120810.Scan', ...headers },
  body: '{"TableName":"notes"}',
});
const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=operator/20260101/us-east-1/dynamodb/aws4_request' };
const post = (headers: Question['headers']): Question => ({ method: 'POST', headers: { ...headers }, body: 'hello' });
const connection = '/dev/@connections/Pivg7HQcOAspVO8%3D';

/** Every way in, and what it answers to whoever is let in. */
const ways: readonly (readonly [
  name: string,
  path: string,
  question: (headers: object) => Question,
  status: number,
])[] = [
  ['a page', '/', (headers) => ({ headers: { ...headers } }), 404],
  ['the outputs', '/_local/outputs', (headers) => ({ headers: { ...headers } }), 200],
  ['the statistics', '/_local/statistics', (headers) => ({ headers: { ...headers } }), 200],
  ['a scan of a table', '/', (headers) => scan({ ...signed, ...headers }), 200],
  ['a post to a connection', connection, (headers) => post({ ...signed, ...headers }), 410],
];

describe('the name that it is asked for by', () => {
  const hosts = () =>
    ['localhost', '127.0.0.1', '[::1]', 'photos.localhost', 'LOCALHOST'].map((name) => `${name}:${port}`);
  const others = () => [
    ...['evil.example', `evil.example:${port}`, 'localhost', `localhost:${port + 1}`, `127.0.0.1.evil.example:${port}`],
    ...[`localhost.evil.example:${port}`, `evil-localhost:${port}`, `127.0.0.2:${port}`, `[::2]:${port}`],
  ];

  it.each(ways)('has to be one of this machine for %s', async (_, path, question, status) => {
    for (const host of [...hosts(), 'tunnel.example'])
      expect([host, (await ask(`http://${here}${path}`, question({ host }))).status]).toEqual([host, status]);
    for (const host of others()) {
      const answer = await ask(`http://${here}${path}`, question({ host }));
      expect([host, answer.status, JSON.parse(answer.text)]).toEqual([
        host,
        421,
        { message: expect.stringContaining('--origin') },
      ]);
    }
  });

  it('has to be one of this machine for objects and sockets', async () => {
    const url = await getSignedUrl(system.operator, new GetObjectCommand({ Bucket, Key: 'a.svg' }));
    for (const host of others()) {
      expect([host, (await ask(url, { headers: { host } })).status]).toEqual([host, 421]);
      expect([host, await handshake(`ws://${here}/dev`, { host })]).toEqual([host, 421]);
    }
    for (const host of [...hosts(), 'tunnel.example'])
      expect([host, await handshake(`ws://${here}/dev`, { host })]).toEqual([host, 101]);
  });
});

/** What browsers say of pages whose requests are to be refused, and of those that may come in. */
const strangers = {
  'another origin': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  'another origin in an old browser': { origin: 'http://evil.example' },
  'another origin that looks like ours': { origin: 'http://localhost.evil.example:3000' },
  'a frame without an origin': { origin: 'null', 'sec-fetch-site': 'cross-site' },
  'another site, as a picture': {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'no-cors',
    referer: 'https://evil.example/',
  },
  'another site that hides': { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  'another site, in a frame': {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'iframe',
  },
};
const ours = {
  'its own page': { 'sec-fetch-site': 'same-origin' },
  'its own page, posting': { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' },
  'a page of another port': { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' },
  'a page under another name': { origin: 'http://127.0.0.1:5173', 'sec-fetch-site': 'cross-site' },
  'a picture on a page of another port': { 'sec-fetch-site': 'cross-site', referer: 'http://[::1]:5173/' },
  'a page of an origin that was named': { origin: named, 'sec-fetch-site': 'cross-site' },
  'who typed the address': { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
};

describe('a page of another origin', () => {
  it.each(Object.entries(strangers))('may do nothing: %s', async (_, headers) => {
    for (const [name, path, question] of ways) {
      const { status, text, headers: told } = await ask(`http://${here}${path}`, question(headers));
      expect([name, status, JSON.parse(text)]).toEqual([name, 403, { message: expect.stringContaining('--origin') }]);
      expect(told).not.toHaveProperty('access-control-allow-origin');
    }
    if ('origin' in headers) expect(await handshake(`ws://${here}/dev`, headers)).toBe(403);
    const url = await getSignedUrl(system.operator, new GetObjectCommand({ Bucket, Key: 'a.svg' }));
    const object = await ask(url, { headers });
    expect([object.status, object.text]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
  });

  it('may link to a page here, and to nothing else', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    const statuses = ways.map(
      async ([, path, question]) => (await ask(`http://${here}${path}`, question(headers))).status,
    );
    expect(await Promise.all(statuses)).toEqual([404, 403, 403, 403, 403]);
  });

  const put = (origin: string) => async (method: string) => {
    const url = await getSignedUrl(system.operator, new PutObjectCommand({ Bucket, Key: 'uploads/b.txt' }));
    const headers = { origin, 'sec-fetch-site': 'cross-site', 'access-control-request-method': 'PUT' };
    const body = method === 'PUT' ? 'four' : undefined;
    const answer = await ask(url, { method, headers, ...(body && { body }) });
    return [answer.status, answer.headers['access-control-allow-origin']];
  };

  it('may upload where a rule of the bucket names its origin, and not where one lets in everybody', async () => {
    for (const origin of ['http://localhost:5173', 'https://app.example'])
      for (const method of ['OPTIONS', 'PUT']) expect(await put(origin)(method)).toEqual([200, '*']);
    for (const origin of ['https://evil.example', 'http://evil.example', 'null'])
      for (const method of ['OPTIONS', 'PUT']) expect([origin, (await put(origin)(method))[0]]).toEqual([origin, 403]);
  });
});

describe('a page of this machine', () => {
  it.each(Object.entries(ours))('may do what it likes where it signs: %s', async (_, headers) => {
    for (const [name, path, question, status] of ways)
      expect([name, (await ask(`http://${here}${path}`, question(headers))).status]).toEqual([name, status]);
    if ('origin' in headers) expect(await handshake(`ws://${here}/dev`, headers)).toBe(101);
    const url = await getSignedUrl(system.operator, new GetObjectCommand({ Bucket, Key: 'a.svg' }));
    expect((await ask(url, { headers })).text).toBe('<svg/>');
  });

  it.each(Object.entries(ours))('is nobody where it does not sign: %s', async (_, headers) => {
    const refused = { __type: 'MissingAuthenticationTokenException', message: expect.stringContaining('signed') };
    for (const [path, question] of [
      ['/', scan(headers)],
      [connection, post(headers)],
      [connection, { ...post(headers), method: 'DELETE' }],
    ] as const) {
      const { status, text } = await ask(`http://${here}${path}`, question);
      expect([status, JSON.parse(text)]).toEqual([403, refused]);
    }
  });
});

describe('a program', () => {
  it('needs no signature for tables and connections, with Node’s fetch either', async () => {
    expect((await ask(`http://${here}/`, scan({}))).status).toBe(200);
    expect((await ask(`http://${here}${connection}`, post({}))).status).toBe(410);
    const { method, headers, body } = scan({});
    expect((await fetch(`http://${here}/`, { method, headers, body } as RequestInit)).status).toBe(200);
  });

  it('is an SDK as before', async () => {
    const credentials = { accessKeyId: 'me', secretAccessKey: 'x' };
    const client = new DynamoDBClient({ endpoint: `http://localhost:${port}`, region: 'us-east-1', credentials });
    expect((await client.send(new ScanCommand({ TableName: 'notes' }))).Count).toBe(0);
    client.destroy();
  });
});

it('takes nothing for signed that names a key and has no signature', async () => {
  const key = 'X-Amz-Credential=operator/20260101/us-east-1/s3/aws4_request';
  const objects = '<Delete><Object><Key>a.svg</Key></Object></Delete>';
  for (const [path, method] of [
    ['photos?delete', 'POST'],
    ['photos/a.svg?', 'DELETE'],
    ['photos/a.svg?', 'GET'],
  ] as const)
    expect((await ask(`http://${here}/${path}&${key}`, { method, body: objects })).status).toBe(400);
  const url = await getSignedUrl(system.operator, new GetObjectCommand({ Bucket, Key: 'a.svg' }));
  expect((await ask(url)).text).toBe('<svg/>');
});

it('serves objects so that nothing in them runs', async () => {
  const url = await getSignedUrl(system.operator, new GetObjectCommand({ Bucket, Key: 'a.svg' }));
  expect((await ask(url)).headers).toMatchObject({
    'content-type': 'image/svg+xml',
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
  });
  const error = await ask(url.replace('a.svg', 'b.svg'));
  expect(error.headers).toHaveProperty('content-security-policy');
});

it('holds pages, sockets and calls that come before it is ready, and answers them then', async () => {
  const { port, close } = await listen(0);
  await close();
  let isReady = false;
  const starting = startS3(text, { port });
  void starting.then(() => {
    isReady = true;
  });
  onTestFinished(async () => (await starting).close());
  await until('the port is open', () =>
    fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(50) }).catch(
      (cause) => cause.name === 'TimeoutError',
    ),
  );
  expect(isReady).toBe(false);
  const url = `http://127.0.0.1:${port}`;
  const sockets = [handshake(`ws://127.0.0.1:${port}/dev`, {}), handshake(`ws://127.0.0.1:${port}/nothing`, {})];
  const answers = await Promise.all([ask(url), ask(url, scan(signed)), ask(`${url}${connection}`, post(signed))]);
  expect(answers.map(({ status }) => status)).toEqual([404, 200, 410]);
  expect(await Promise.all(sockets)).toEqual([101, 403]);
});
