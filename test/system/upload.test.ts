import { DeleteObjectsCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseServerMessage } from '../../domain/protocol.ts';
import { type System, startSystem } from './system.ts';
import { until } from './until.ts';

let system: System;
let s3: S3Client;
beforeAll(async () => {
  system = await startSystem();
  s3 = new S3Client({
    endpoint: `http://127.0.0.1:${system.runtime.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'operator', secretAccessKey: 'local' },
  });
});
afterAll(async () => {
  s3.destroy();
  await system.close();
});

const room = 'files/uploads';
const events = async () =>
  (await system.log.pages(room, 1, Number.MAX_SAFE_INTEGER))
    .flatMap((page) => page.events)
    .map(({ type, data }) => ({ type, ...(data as { bucketKey: string }) }));

it('puts a file into the bucket with the URL that a client asked for, and its room hears of it', async () => {
  const ann = await system.connect();
  ann.send({ action: 'upload', id: 'u1', name: 'my cat+dög.txt', type: 'text/plain', size: 4 });
  await until('ann has an answer', () => ann.messages.length > 0);
  const answer = parseServerMessage(ann.messages.at(-1) ?? '');
  if (answer?.type !== 'upload') throw new Error(`${ann.messages.at(-1)} is no place for a file.`);
  expect(answer.id).toBe('u1');
  expect(answer.bucketKey).toMatch(/^uploads\/[\w-]{36}\/my cat\+dög\.txt$/);

  const put = (body: string, headers: Record<string, string>) => fetch(answer.url, { method: 'PUT', body, headers });
  expect((await put('fivex', answer.headers)).status).toBe(403);
  expect((await put('four', { 'content-type': 'text/html' })).status).toBe(403);
  expect((await put('four', { 'content-type': 'text/plain' })).status).toBe(403);
  expect((await put('four', answer.headers)).status).toBe(200);
  // Whoever else has the URL: it is good for five minutes, and for one file.
  const again = await put('evil', answer.headers);
  expect([again.status, await again.text()]).toEqual([412, expect.stringContaining('<Code>PreconditionFailed</Code>')]);
  await until('it is in the log', async () => (await events()).length > 0);
  const sequencer = expect.stringMatching(/^[\dA-F]+$/);
  const created = { type: 'created', bucketName: 'uploads', bucketKey: answer.bucketKey, sequencer, size: 4 };
  expect(await events()).toEqual([created]);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key: answer.bucketKey }));
  expect(await Body?.transformToString()).toBe('four');
});

it('hears of several objects that are removed at once, one by one', async () => {
  const before = (await events()).length;
  const keys = ['one', 'two words', 'three+'];
  const Bucket = 'uploads';
  await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))));
  await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
  await until('all is in the log', async () => (await events()).length === before + 6);
  const removed = (await events()).filter(({ type }) => type === 'removed').map(({ bucketKey }) => bucketKey);
  expect(removed.toSorted()).toEqual(keys.toSorted());
});
