import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type S3System, startS3 } from './system.ts';

const Bucket = 'photos';
let system: S3System;
beforeAll(async () => {
  system = await startS3();
});
afterAll(() => system.close());

const signableHeaders = new Set(['host', 'content-type', 'content-length']);
/** A URL that takes four bytes of plain text. */
const permit = (Key: string, client = system.writer) =>
  getSignedUrl(client, new PutObjectCommand({ Bucket, Key, ContentType: 'text/plain', ContentLength: 4 }), {
    expiresIn: 60,
    signableHeaders,
  });
const put = (url: string, body = 'four', headers: Record<string, string> = {}) =>
  fetch(url, { method: 'PUT', body, headers: { 'content-type': 'text/plain', ...headers } });
const codeOf = async (response: Response) => /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];

describe('a presigned PUT', () => {
  it('puts what it was signed for, under a key of spaces, + and umlauts too', async () => {
    const Key = 'uploads/a b+ü.txt';
    expect((await put(await permit(Key))).status).toBe(200);
    const { Body, ContentType } = await system.operator.send(new GetObjectCommand({ Bucket, Key }));
    expect([await Body?.transformToString(), ContentType]).toEqual(['four', 'text/plain']);
  });

  it.each([
    ['another size', (url: string) => put(url, 'fivex')],
    ['another type', (url: string) => put(url, 'four', { 'content-type': 'text/html' })],
    ['another key', (url: string) => put(url.replace('uploads/a', 'uploads/b'))],
    ['another method', (url: string) => fetch(url)],
    ['a query of its own', (url: string) => put(`${url}&x-id=GetObject&partNumber=1`)],
  ])('is refused for %s', async (_, send) => {
    const response = await send(await permit('uploads/a.txt'));
    expect([response.status, await codeOf(response)]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it('is refused with a header of S3’s that was not signed, which could make it a copy', async () => {
    const url = await permit('uploads/a.txt', system.operator);
    const response = await put(url, 'four', { 'x-amz-copy-source': 'photos/secret' });
    expect([response.status, await codeOf(response)]).toEqual([403, 'AccessDenied']);
  });

  it('is refused when it has expired', async () => {
    const url = await permit('uploads/late.txt');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const response = await put(url);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('Request has expired');
  });

  it('may do no more than the function that signed it', async () => {
    const response = await put(await permit('album/a.txt'));
    expect([response.status, await codeOf(response)]).toEqual([403, 'AccessDenied']);
  });

  it('is refused when it was signed with another secret', async () => {
    const url = (await permit('uploads/a.txt')).replace(/X-Amz-Signature=\w{8}/, 'X-Amz-Signature=00000000');
    expect((await put(url)).status).toBe(403);
  });
});

it('tells of a signature of version 2 that it is too old', async () => {
  const url = `http://127.0.0.1:${system.runtime.port}/photos/a?AWSAccessKeyId=writer&Signature=abc%3D&Expires=1999999999`;
  const response = await fetch(url);
  expect([response.status, await codeOf(response)]).toEqual([400, 'InvalidRequest']);
});

/** `fetch` may not send these headers. */
const browser = async (method: string, url: string, headers: Record<string, string>) => {
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request(url, { method, headers }, resolve).on('error', reject).end();
  });
  return { status: response.statusCode, headers: response.headers, text: await text(response) };
};

it('sends no object, however it was put there, so that a browser runs what is in it', async () => {
  const Key = 'other/page.html';
  const Body = '<script>alert(1)</script>';
  await system.operator.send(
    new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/html', ContentDisposition: 'attachment' }),
  );
  const { status, headers } = await fetch(await getSignedUrl(system.operator, new GetObjectCommand({ Bucket, Key })));
  expect([status, Object.fromEntries(headers)]).toEqual([
    200,
    expect.objectContaining({
      'content-type': 'text/html',
      'content-disposition': 'attachment',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    }),
  ]);
});

describe('a page of another origin', () => {
  const preflight = async (origin: string, method = 'PUT', headers = 'content-type') =>
    browser('OPTIONS', await permit('uploads/a.txt'), {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': headers,
    });

  it('may put what the rules of the bucket say', async () => {
    const { status, headers } = await preflight('http://localhost:5173');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:5173',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '60',
    });
    const response = await put(await permit('uploads/a.txt'), 'four', { origin: 'http://localhost:5173' });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'http://localhost:5173',
    ]);
  });

  it.each([
    ['from elsewhere', 'https://example.com', 'PUT', 'content-type'],
    ['with another method', 'http://localhost:5173', 'DELETE', 'content-type'],
    ['with another header', 'http://localhost:5173', 'PUT', 'content-type, x-amz-acl'],
  ])('is refused %s', async (_, origin, method, headers) => {
    const answer = await preflight(origin, method, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('is told nothing of what it may not do', async () => {
    const response = await put(await permit('uploads/a.txt'), 'four', { origin: 'https://example.com' });
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });
});
