import { DeleteObjectsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type PlainClient } from '../system/client.ts';
import { until } from '../system/until.ts';
import { hears, seed } from './seed.ts';

const files = seed();

describe('the echo', () => {
  it('sends everyone, the sender included, the data as plain text', async () => {
    const [ann, bob] = await files.clients('ann', 'bob');
    ann.send({ action: 'echomessage', data: 'Hello world' });
    expect(await hears(ann, 1)).toEqual(['Hello world']);
    expect(await hears(bob, 1)).toEqual(['Hello world']);
  });

  it.each([{ data: 7 }, { data: { text: 'Hello' } }, { data: null }, {}])(
    'tells the sender, and nobody else, that %j has no text',
    async (wrong) => {
      const [ann, bob] = await files.clients('ann', 'bob');
      ann.send({ action: 'echomessage', ...wrong });
      expect(await ann.error()).toBe('invalid-action');
      bob.send({ action: 'echomessage', data: 'mark' });
      await Promise.all([hears(ann, 2), hears(bob, 1)]);
      await files.delivered();
      expect(bob.messages).toEqual(['mark']);
    },
  );

  it.each(['{"action":"dance"}', '{"action":"$default"}', '{"data":"Hello"}', 'Hello', '[]', '"plus"'])(
    'tells who sends %s which actions there are, or what a message is',
    async (wrong) => {
      const [ann, bob] = await files.clients('ann', 'bob');
      ann.send(wrong);
      expect(['unknown-action', 'no-action', 'not-json']).toContain(await ann.error());
      if (ann.last().code !== 'not-json') expect(ann.last().message).toContain('echomessage');
      bob.send({ action: 'echomessage', data: 'mark' });
      await Promise.all([hears(ann, 2), hears(bob, 1)]);
      expect(bob.messages).toEqual(['mark']);
    },
  );

  it('lets a page in again whose socket closed, and tells it what comes after', async () => {
    const [ann, bob] = await files.clients('ann', 'bob');
    bob.socket.terminate();
    const again = await connect(files.system.url);
    ann.send({ action: 'echomessage', data: 'welcome back' });
    expect(await hears(again, 1)).toEqual(['welcome back']);
    await again.close();
  });
});

describe('a file', () => {
  const Bucket = 'uploads';
  let s3: S3Client;
  beforeAll(() => {
    s3 = new S3Client({
      endpoint: `http://127.0.0.1:${files.system.runtime.port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'me', secretAccessKey: 'me' },
    });
  });
  afterAll(() => s3.destroy());
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'translated' }));

  /** What a client was told of files, each as its key and what happened, once it has been told so often. */
  const told = async (client: PlainClient, count: number) =>
    (await hears(client, count)).map((message) => {
      const notice = JSON.parse(message) as { bucketName: string; bucketKey: string; message: string };
      expect(Object.keys(notice).toSorted()).toEqual(['bucketKey', 'bucketName', 'message']);
      expect(notice.bucketName).toBe(Bucket);
      expect(notice.message).toContain(notice.bucketKey);
      return `${notice.bucketKey} ${/added|removed/.exec(notice.message)?.[0]}`;
    });

  it('is told to every client when it is created, and when it is removed', async () => {
    const clients = await files.clients('ann', 'bob');
    await put('result.txt');
    for (const client of clients) expect(await told(client, 1)).toEqual(['result.txt added']);
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'result.txt' }] } }));
    for (const client of clients) expect(await told(client, 2)).toEqual(['result.txt added', 'result.txt removed']);
  });

  it('is told of alone, one message for each of several', async () => {
    const [ann] = await files.clients('ann');
    const keys = ['one', 'two', 'three', 'four'];
    await Promise.all(keys.map(put));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
    const all = await told(ann, 8);
    expect(all.toSorted()).toEqual(keys.flatMap((key) => [`${key} added`, `${key} removed`]).toSorted());
  });

  it.each(['my cat + dög.txt', 'a+b', 'a%2Bb', '100 % & more=?#.csv', '日本語/ü 🎈.txt'])(
    'has its key as it was given: %s',
    async (key) => {
      const [ann] = await files.clients('ann');
      await put(key);
      expect(await told(ann, 1)).toEqual([`${key} added`]);
    },
  );

  it('is told to all others when a connection is dead in the middle of them', async () => {
    const [ann, broken, zoe] = await files.clients('ann', 'broken', 'zoe');
    const dead = await files.deadConnection('files/uploads');
    broken.socket.terminate();
    await put('for the living');
    for (const client of [ann, zoe]) expect(await told(client, 1)).toEqual(['for the living added']);
    await until('it is forgotten', async () => (await files.system.connections.get(dead)) === undefined);
  });
});
