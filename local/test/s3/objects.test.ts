import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { beforeAll, describe, expect, it } from 'vitest';
import { until } from '../until.ts';
import { program, type S3System, startS3 } from './system.ts';

const Bucket = 'photos';
let system: S3System;

const put = (Key: string, Body: string | Buffer = 'x') =>
  system.operator.send(new PutObjectCommand({ Bucket, Key, Body }));
const read = async (Key: string) => {
  const { Body } = await system.operator.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
};
const getWithHost = (url: string, host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get(url, { headers: { host } }, (response) => resolve(text(response))).on('error', reject);
  });
const namesTold = (key: string) => system.told(key).map(({ eventName }) => eventName);

describe.each(['memory', 'a folder'])('with all in %s', (where) => {
  beforeAll(async () => {
    const data = where === 'memory' ? undefined : await mkdtemp(join(tmpdir(), 's3-data-'));
    system = await startS3(program, data ? { data } : {});
    return async () => {
      await system.close();
      if (data) await rm(data, { recursive: true });
    };
  });

  describe('objects', () => {
    it.each(['a b+c.txt', 'ünï/cödé 😀.txt', '100%/../&<>"\'.txt', 'slash//es'])(
      'are kept under the key %s',
      async (name) => {
        const key = `other/${name}`;
        await put(key, `body of ${name}`);
        expect(await read(key)).toBe(`body of ${name}`);
        const { Contents } = await system.operator.send(new ListObjectsV2Command({ Bucket, Prefix: 'other/' }));
        expect(Contents?.map(({ Key }) => Key)).toContain(key);
        await system.operator.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: key }] } }));
        await expect(read(key)).rejects.toMatchObject({ name: 'NoSuchKey' });
      },
    );

    it('may be larger than 11 MB, where fauxqs’s own server stops', async () => {
      const body = Buffer.alloc(12 * 1024 * 1024, 'x');
      await put('large', body);
      expect((await read('large'))?.length).toBe(body.length);
    });

    it('can be reached with the bucket in the host name', async () => {
      const request = { Bucket, Key: 'hosted' };
      await put('hosted', 'by path');
      const url = await getSignedUrl(system.virtualHost, new GetObjectCommand(request));
      expect(new URL(url).hostname).toBe('photos.localhost');
      // Node looks such names up, unlike browsers: the name goes into the header.
      const { pathname, search, host } = new URL(url);
      const response = await getWithHost(`http://127.0.0.1:${system.runtime.port}${pathname}${search}`, host);
      expect(response).toBe('by path');
    });

    it('are in the buckets of the program, and of no other', async () => {
      const { Buckets } = await system.operator.send(new ListBucketsCommand());
      expect(Buckets?.map(({ Name }) => Name)).toEqual(['photos']);
      await expect(
        system.operator.send(new PutObjectCommand({ Bucket: 'nowhere', Key: 'a', Body: 'x' })),
      ).rejects.toMatchObject({ name: 'NoSuchBucket' });
    });

    it('may be written by a function whose policy says so, and no others', async () => {
      const write = (Key: string) => system.writer.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
      await write('uploads/mine');
      await expect(write('album/not-mine')).rejects.toMatchObject({
        name: 'AccessDenied',
        $metadata: { httpStatusCode: 403 },
      });
      await expect(system.writer.send(new GetObjectCommand({ Bucket, Key: 'uploads/mine' }))).rejects.toMatchObject({
        name: 'AccessDenied',
      });
      expect(system.runtime.statistics().calls.writer).toMatchObject({ PutObject: 2, GetObject: 1 });
    });

    it('are kept from a write that wants none there, or another one', async () => {
      const write = (Body: string, more: object) =>
        system.operator.send(new PutObjectCommand({ Bucket, Key: 'other/once', Body, ...more }));
      const failed = { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } };
      await expect(write('zero', { IfMatch: '"abc"' })).rejects.toMatchObject({ name: 'NoSuchKey' });
      const { ETag } = await write('first', { IfNoneMatch: '*' });
      await expect(write('second', { IfNoneMatch: '*' })).rejects.toMatchObject(failed);
      await expect(write('second', { IfMatch: '"abc"' })).rejects.toMatchObject(failed);
      await expect(write('second', { IfNoneMatch: ETag })).rejects.toMatchObject({ name: 'NotImplemented' });
      expect(await read('other/once')).toBe('first');
      await write('third', { IfMatch: ETag });
      expect(await read('other/once')).toBe('third');

      const copy = new CopyObjectCommand({ Bucket, Key: 'other/once', CopySource: 'photos/large', IfNoneMatch: '*' });
      await expect(system.operator.send(copy)).rejects.toMatchObject(failed);
      const { UploadId } = await system.operator.send(new CreateMultipartUploadCommand({ Bucket, Key: 'other/once' }));
      const inUpload = { Bucket, Key: 'other/once', UploadId };
      const part = await system.operator.send(new UploadPartCommand({ ...inUpload, PartNumber: 1, Body: 'parts' }));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] };
      const complete = new CompleteMultipartUploadCommand({ ...inUpload, MultipartUpload, IfNoneMatch: '*' });
      await expect(system.operator.send(complete)).rejects.toMatchObject(failed);
      expect(await read('other/once')).toBe('third');
    });

    it('are written once by many who want none there', async () => {
      const writes = Array.from({ length: 8 }, (_, n) =>
        system.operator.send(new PutObjectCommand({ Bucket, Key: 'uploads/race', Body: `${n}`, IfNoneMatch: '*' })),
      );
      const settled = await Promise.allSettled(writes);
      expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await until('it is told', () => system.told('uploads/race').length > 0);
      expect(namesTold('uploads/race')).toEqual(['ObjectCreated:Put']);
    });

    it('are not written through an upload that was begun for another key', async () => {
      const { UploadId } = await system.operator.send(
        new CreateMultipartUploadCommand({ Bucket, Key: 'album/theirs' }),
      );
      const request = { Bucket, Key: 'uploads/mine', UploadId, PartNumber: 1, Body: 'x' };
      await expect(system.writer.send(new UploadPartCommand(request))).rejects.toMatchObject({ name: 'NoSuchUpload' });
    });
  });

  describe('notifications', () => {
    it('have the shape and the key of S3’s: a space is +, and + is %2B', async () => {
      await put('uploads/my cat+dög 😀.png', 'four');
      const key = 'uploads/my+cat%2Bd%C3%B6g+%F0%9F%98%80.png';
      await until('it is told', () => system.told(key).length > 0);
      expect(system.told(key)).toEqual([
        expect.objectContaining({
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: 'us-east-1',
          eventName: 'ObjectCreated:Put',
          s3: {
            s3SchemaVersion: '1.0',
            configurationId: 'all',
            bucket: expect.objectContaining({ name: 'photos', arn: 'arn:aws:s3:::photos' }),
            object: {
              key,
              size: 4,
              eTag: '8cbad96aced40b3838dd9f07f6ef5772',
              sequencer: expect.stringMatching(/^[\dA-F]+$/),
            },
          },
        }),
      ]);
    });

    it('tell of copies, and of uploads in parts when they are complete', async () => {
      await put('other/original', 'x');
      await system.operator.send(
        new CopyObjectCommand({ Bucket, Key: 'uploads/copy', CopySource: 'photos/other/original' }),
      );
      const Key = 'uploads/parts';
      const { UploadId } = await system.operator.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const { ETag } = await system.operator.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'one' }),
      );
      const Parts = [{ PartNumber: 1, ...(ETag && { ETag }) }];
      await system.operator.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
      );
      await until(
        'both are told',
        () => system.told('uploads/copy').length + system.told('uploads/parts').length === 2,
      );
      expect(namesTold('uploads/copy')).toEqual(['ObjectCreated:Copy']);
      expect(namesTold('uploads/parts')).toEqual(['ObjectCreated:CompleteMultipartUpload']);
    });

    it('tell of each object that is removed, several in one event, and of none that was not there', async () => {
      const keys = ['uploads/r1', 'uploads/r&amp;2', 'uploads/r3'];
      await Promise.all(keys.map((key) => put(key)));
      const Objects = [...keys, 'uploads/never'].map((Key) => ({ Key }));
      const { Deleted } = await system.operator.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      expect(Deleted?.map(({ Key }) => Key)).toEqual(Objects.map(({ Key }) => Key));
      const removals = () =>
        system.events.filter((records) =>
          records.some(
            ({ eventName, s3 }) => eventName === 'ObjectRemoved:Delete' && s3.object.key.startsWith('uploads/r'),
          ),
        );
      await until('they are told', () => removals().length > 0);
      expect(removals()[0]?.map(({ s3 }) => s3.object.key)).toEqual(
        expect.arrayContaining(['uploads/r1', 'uploads/r%26amp%3B2', 'uploads/r3']),
      );
      await put('uploads/last');
      await system.operator.send(new DeleteObjectCommand({ Bucket, Key: 'uploads/last' }));
      await until('it is told', () => namesTold('uploads/last').includes('ObjectRemoved:Delete'));
      expect(system.told('uploads/last').at(-1)?.s3.object).not.toHaveProperty('size');
      expect(system.told('uploads/never')).toEqual([]);
    });

    it('are for the keys and the events that they were set up for', async () => {
      for (const key of ['album/a.txt', 'a.png', 'album/b.png']) await put(key);
      await until('the picture is told', () => system.told('album/b.png').length > 0);
      await system.operator.send(new DeleteObjectCommand({ Bucket, Key: 'album/b.png' }));
      await put('uploads/end');
      await until('the end is told', () => system.told('uploads/end').length > 0);
      expect(system.told('album/b.png').map(({ eventName, s3 }) => [eventName, s3.configurationId])).toEqual([
        ['ObjectCreated:Put', 'pictures'],
      ]);
      expect(system.told('album/a.txt')).toEqual([]);
      expect(system.told('a.png')).toEqual([]);
    });
  });
});
