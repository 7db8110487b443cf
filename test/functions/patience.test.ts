import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, it, type TestContext, vi } from 'vitest';
import { documentClient, queueClient } from '../../functions/clients.ts';
import { patience } from '../../functions/patience.ts';
import { createPost, createSockets } from '../../functions/post.ts';
import { createDeliveries } from '../../store/deliveries.ts';
import { createHeads } from '../../store/heads.ts';

beforeAll(() => {
  const access = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'function', AWS_SECRET_ACCESS_KEY: 'local' };
  for (const [name, value] of Object.entries(access)) vi.stubEnv(name, value);
});
afterAll(() => vi.unstubAllEnvs());

type Hesitate = (response: ServerResponse) => void;
const nothing: Hesitate = () => {};
const half: Hesitate = (response) => void response.writeHead(200, { 'content-length': 1000 }).write('{"Attributes":');
const excuses: Hesitate = (response) => {
  const saying = setInterval(() => response.writeProcessing(), patience / 10);
  response.on('close', () => clearInterval(saying));
};

const drips: Hesitate = (response) => {
  response.writeHead(200, { 'content-length': 1000 });
  const dripping = setInterval(() => response.write(' '), patience / 10);
  response.on('close', () => clearInterval(dripping));
};

const hesitations = [
  ['says nothing', nothing],
  ['stops in the middle of its answer', half],
  ['says for ever that it is working', excuses],
  ['never comes to the end of its answer', drips],
] as const;

/** An endpoint that takes calls and never comes to the end of an answer. `calls`: the bodies so far. */
const silent = async ({ onTestFinished }: TestContext, hesitate = nothing) => {
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    calls.push(body);
    hesitate(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
};

/** Without a limit, none of what follows comes to its end. */
const end = (work: Promise<unknown>): Promise<unknown> => work.catch((cause: unknown) => cause);

it.concurrent.for(hesitations)(
  '[A1] takes an append for lost when DynamoDB %s, and sends it once more as a retry',
  async ([, hesitate], context) => {
    const { endpoint, calls } = await silent(context, hesitate);
    const heads = createHeads(documentClient({ endpoint, maxAttempts: 1 }), 'heads');
    const draft = { id: 'a1', type: 'plus', data: {}, by: 'ann', connection: 'ann', at: 0 };
    const result = await end(heads.append('counter/a', draft));
    context.expect(result).toMatchObject({ name: 'TimeoutError' });
    const sent = calls.map((body) => JSON.parse(JSON.parse(body).ExpressionAttributeValues[':event'].S));
    context.expect(sent).toEqual([draft, { ...draft, retry: true }]);
  },
);

it.concurrent.for(hesitations)(
  '[S1] takes a connection for busy when API Gateway %s',
  async ([, hesitate], context) => {
    const { endpoint } = await silent(context, hesitate);
    const { post, close } = createSockets({ endpoint });
    const result = await end(Promise.all([post('ann=', 'Hi'), close('bob=')]));
    const busy = { outcome: 'busy', cause: { name: 'TimeoutError' } };
    context.expect(result).toMatchObject([busy, busy]);
  },
);

it.concurrent('[S1] has the same patience with what waits for a socket', async (context) => {
  const { endpoint, calls } = await silent(context);
  const { post } = createSockets({ endpoint, sockets: 1 });
  const result = await end(Promise.all([post('ann=', 'Hi'), post('bob=', 'Hi')]));
  context.expect(result).toMatchObject([{ outcome: 'busy' }, { outcome: 'busy' }]);
  context.expect(calls).toEqual(['Hi']);
});

it.concurrent('[S1] does not ask a silent API Gateway again', async (context) => {
  const { endpoint, calls } = await silent(context);
  const result = await end(createPost({ endpoint })('ann=', 'Hi'));
  context.expect(result).toMatchObject({ outcome: 'busy' });
  context.expect(calls).toEqual(['Hi']);
});

it.concurrent('gives up a queue that says nothing', async (context) => {
  const { endpoint } = await silent(context);
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', endpoint);
  const deliveries = createDeliveries(queueClient(), `${endpoint}/000000000000/deliveries`);
  const result = await end(
    deliveries.queue([{ group: 'a', name: 'a', delivery: { type: 'direct', texts: [], to: [] } }]),
  );
  context.expect(result).toMatchObject({ name: 'TimeoutError' });
});
