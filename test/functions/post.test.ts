import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPost, createSockets } from '../../functions/post.ts';
import { answers, stage } from './stage.ts';

beforeEach(() => {
  const access = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'function', AWS_SECRET_ACCESS_KEY: 'local' };
  for (const [name, value] of Object.entries(access)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

const ok = answers(200);

it.each([
  [200, 'sent', 'closed'],
  [204, 'sent', 'closed'],
  [400, 'rejected', 'rejected'],
  [403, 'busy', 'busy'],
  [410, 'gone', 'gone'],
  [413, 'rejected', 'rejected'],
  [429, 'busy', 'busy'],
  [500, 'busy', 'busy'],
  [503, 'busy', 'busy'],
])('[S1] takes an answer %i to a post for %s and to a close for %s, and asks once', async (status, posted, closed) => {
  const { endpoint, calls } = await stage(answers(status));
  const { post, close } = createSockets({ endpoint });
  expect((await post('ann=', 'Hi')).outcome).toBe(posted);
  expect((await close('ann=')).outcome).toBe(closed);
  expect(calls.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['POST', '/dev/@connections/ann%3D', 'Hi'],
    ['DELETE', '/dev/@connections/ann%3D', ''],
  ]);
});

it('says what API Gateway said', async () => {
  const { endpoint } = await stage((response) => {
    response.writeHead(429, { 'x-amzn-errortype': 'LimitExceededException' }).end('{"message":"full"}');
  });
  expect(await createSockets({ endpoint }).post('ann=', 'Hi')).toMatchObject({
    outcome: 'busy',
    cause: { name: 'LimitExceededException', $metadata: { httpStatusCode: 429 } },
  });
});

it('posts any text as it is', async () => {
  const { endpoint, calls } = await stage(ok);
  const { post } = createSockets({ endpoint });
  for (const payload of ['', 'ü 😀\n', 'x'.repeat(128 * 1024)]) await post('ann=', payload);
  expect(calls.map(({ body }) => body)).toEqual(['', 'ü 😀\n', 'x'.repeat(128 * 1024)]);
});

describe('sockets', () => {
  it('takes a connection for busy when nobody listens any more', async () => {
    const { endpoint, close } = await stage(ok);
    const { post } = createSockets({ endpoint });
    await post('ann=', 'Hi');
    close();
    expect(await post('ann=', 'Hi')).toMatchObject({
      outcome: 'busy',
      cause: { code: expect.stringMatching(/^ECONN(RESET|REFUSED)$/) },
    });
  });

  it('takes a connection for busy when the socket closes without an answer', async () => {
    const { endpoint } = await stage((response) => response.destroy());
    expect(await createSockets({ endpoint }).post('ann=', 'Hi')).toMatchObject({
      outcome: 'busy',
      cause: { code: 'ECONNRESET' },
    });
  });

  it('takes a connection for busy when the socket closes halfway through the answer', async () => {
    const { endpoint } = await stage((response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('{', () => response.destroy());
    });
    expect(await createSockets({ endpoint }).post('ann=', 'Hi')).toMatchObject({
      outcome: 'busy',
      cause: { code: 'ECONNRESET' },
    });
  });

  it('keeps a socket for the next post, and opens another when the server has closed it', async () => {
    const { endpoint, sockets } = await stage(ok);
    const { post } = createSockets({ endpoint });
    for (let number = 0; number < 5; number += 1) await post('ann=', 'Hi');
    expect(sockets).toHaveLength(1);
    sockets[0]?.destroy();
    await vi.waitFor(async () => expect(await post('ann=', 'Hi')).toEqual({ outcome: 'sent' }), 30_000);
    expect(sockets).toHaveLength(2);
  });

  it('posts over every socket at once and opens no more than it may', async () => {
    const open: ServerResponse[] = [];
    let most = 0;
    const { endpoint, calls, sockets } = await stage((response) => {
      open.push(response);
      most = Math.max(most, open.length);
      // Held until all sockets are in use: fewer would never be answered.
      if (open.length === 128 || calls.length > 300) for (const held of open.splice(0)) held.end();
    });
    const { post } = createSockets({ endpoint, sockets: 128 });
    const posted = await Promise.all(Array.from({ length: 3 * 128 }, (_, number) => post(`${number}=`, 'Hi')));
    expect(new Set(posted.map(({ outcome }) => outcome))).toEqual(new Set(['sent']));
    expect(most).toBe(128);
    expect(sockets).toHaveLength(128);
  });

  it('posts over TLS', async () => {
    const trusted = getCACertificates();
    const pem = readFileSync(join(import.meta.dirname, 'localhost.pem'), 'utf8');
    setDefaultCACertificates([pem.slice(pem.indexOf('-----BEGIN CERTIFICATE'))]);
    try {
      const { port, sockets } = await stage(ok, createSecureServer({ key: pem, cert: pem }));
      const { post } = createSockets({ endpoint: `https://localhost:${port}/dev` });
      expect(await post('ann=', 'Hi')).toEqual({ outcome: 'sent' });
      expect(await post('bob=', 'Hi')).toEqual({ outcome: 'sent' });
      expect(sockets).toHaveLength(1);
    } finally {
      setDefaultCACertificates(trusted);
    }
  });
});

describe('for who does not come back', () => {
  it('tries a busy connection again', async () => {
    const { endpoint, calls } = await stage((response, number) => answers(number < 3 ? 429 : 200)(response, number));
    expect(await createPost({ endpoint })('ann=', 'Hi')).toEqual({ outcome: 'sent' });
    expect(calls).toHaveLength(3);
  });

  it('tries again when a kept socket was closed as the post went out', async () => {
    const { endpoint, calls } = await stage((response, number) => (number === 2 ? response.destroy() : response.end()));
    const post = createPost({ endpoint });
    await post('ann=', 'Hi');
    expect(await post('ann=', 'Hi')).toEqual({ outcome: 'sent' });
    expect(calls).toHaveLength(3);
  });

  it('gives it up after three tries', async () => {
    const { endpoint, calls } = await stage(answers(503));
    expect(await createPost({ endpoint })('ann=', 'Hi')).toMatchObject({ outcome: 'busy' });
    expect(calls).toHaveLength(3);
  });

  it('does not ask again when it is gone', async () => {
    const { endpoint, calls } = await stage(answers(410));
    expect(await createPost({ endpoint })('ann=', 'Hi')).toEqual({ outcome: 'gone' });
    expect(calls).toHaveLength(1);
  });
});
