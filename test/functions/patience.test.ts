import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, it, type TestContext, vi } from 'vitest';
import { documentClient, queueClient } from '../../functions/clients.ts';
import { patience } from '../../functions/patience.ts';
import { createPost } from '../../functions/post.ts';
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

/** Milliseconds that something takes, rejected or not, and what came of it. */
const timed = async (work: Promise<unknown>): Promise<{ readonly ms: number; readonly result: unknown }> => {
  const began = Date.now();
  const result = await work.catch((cause: unknown) => cause);
  return { ms: Date.now() - began, result };
};

it.concurrent.for([
  ['says nothing', nothing],
  ['stops in the middle of its answer', half],
  ['says for ever that it is working', excuses],
] as const)(
  '[A1] takes an append for lost when DynamoDB %s, and sends it once more as a retry',
  async ([, hesitate], context) => {
    const { endpoint, calls } = await silent(context, hesitate);
    const heads = createHeads(documentClient({ endpoint, maxAttempts: 1 }), 'heads');
    const draft = { id: 'a1', type: 'plus', data: {}, by: 'ann', connection: 'ann', at: 0 };
    const { ms, result } = await timed(heads.append('counter/a', draft));
    context.expect(result).toMatchObject({ name: 'TimeoutError' });
    context.expect(ms).toBeLessThan(3 * patience);
    const sent = calls.map((body) => JSON.parse(JSON.parse(body).ExpressionAttributeValues[':event'].S));
    context.expect(sent).toEqual([draft, { ...draft, retry: true }]);
  },
);

it.concurrent('[S1] takes a connection for busy when API Gateway says nothing, all tries in the time of one', async (context) => {
  const { endpoint } = await silent(context);
  const { ms, result } = await timed(createPost({ endpoint })('ann=', 'Hi'));
  context.expect(result).toMatchObject({ outcome: 'busy' });
  context.expect(ms).toBeLessThan(2 * patience);
});

it.concurrent('gives up a queue that says nothing', async (context) => {
  const { endpoint } = await silent(context);
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', endpoint);
  const deliveries = createDeliveries(queueClient(), `${endpoint}/000000000000/deliveries`);
  const { ms, result } = await timed(
    deliveries.queue([{ group: 'a', name: 'a', delivery: { type: 'direct', texts: [], to: [] } }]),
  );
  context.expect(result).toMatchObject({ name: 'TimeoutError' });
  context.expect(ms).toBeLessThan(5 * patience);
});
