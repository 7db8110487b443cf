import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  type AbortMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  ListPartsCommand,
  type ListPartsCommandInput,
  PutObjectCommand,
  paginateListObjectsV2,
  paginateListParts,
  UploadPartCommand,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { program, type S3System, startS3 } from './system.ts';

const Bucket = 'photos';
let system: S3System;

/** In the order of their bytes: capitals before small letters, and U+FF5E before what lies beyond U+FFFF. */
const keys = [
  ...['README.md', 'Zebra.txt', 'a', 'a b', 'a+b', 'a-b', 'a/', 'a/1', 'a/2', 'a/b/3', 'a0', 'b/1'],
  ...['b/2', 'c&<>"\'', 'z', 'ä', '～', '😀'],
];

describe.each(['memory', 'a folder'])('objects that are kept in %s', (where) => {
  beforeAll(async () => {
    const data = where === 'memory' ? undefined : await mkdtemp(join(tmpdir(), 's3-list-'));
    system = await startS3(program, data ? { data } : {});
    for (const Key of keys.toReversed()) await system.operator.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    return async () => {
      await system.close();
      if (data) await rm(data, { recursive: true });
    };
  });

  /** All names that pages of so many hold, keys and common prefixes as they come. */
  const all = async (input: Partial<ListObjectsV2CommandInput>): Promise<string[]> => {
    const names: string[] = [];
    const pages = paginateListObjectsV2({ client: system.operator }, { Bucket, ...input });
    for await (const { Contents = [], CommonPrefixes = [], KeyCount } of pages) {
      const page = [...Contents.map(({ Key = '' }) => Key), ...CommonPrefixes.map(({ Prefix = '' }) => Prefix)];
      expect(page).toHaveLength(KeyCount ?? -1);
      names.push(...page);
    }
    return names;
  };

  it.each([1, 2, 3, 5, 1000])('are listed in the order of their bytes, %i a page', async (MaxKeys) => {
    expect(await all({ MaxKeys })).toEqual(keys);
  });

  it.each([1, 2, 3, 1000])('are listed below common prefixes, %i a page, and none is lost', async (MaxKeys) => {
    const shown = keys.filter((key) => !key.includes('/'));
    expect((await all({ MaxKeys, Delimiter: '/' })).toSorted()).toEqual([...shown, 'a/', 'b/'].toSorted());
    expect(await all({ MaxKeys, Delimiter: '/', Prefix: 'a/' })).toEqual(['a/', 'a/1', 'a/2', 'a/b/']);
  });

  it('are listed by marker, as older programs ask', async () => {
    const names: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await system.operator.send(
        new ListObjectsCommand({ Bucket, MaxKeys: 2, Delimiter: '/', ...(Marker && { Marker }) }),
      );
      names.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
      names.push(...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix));
      Marker = page.NextMarker;
    } while (Marker);
    expect(names.toSorted()).toEqual([...keys.filter((key) => !key.includes('/')), 'a/', 'b/'].toSorted());
  });

  it('are listed after a key, which need not be there', async () => {
    expect(await all({ StartAfter: 'a/1' })).toEqual(keys.slice(keys.indexOf('a/2')));
    expect(await all({ StartAfter: 'a/1', Delimiter: '/', Prefix: 'a' })).toEqual(['a0', 'a/']);
    expect(await all({ StartAfter: 'z0' })).toEqual(['ä', '～', '😀']);
  });

  it('are listed with encoded names where that is asked for', async () => {
    const { Contents, EncodingType } = await system.operator.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'a', EncodingType: 'url', StartAfter: 'a', MaxKeys: 2 }),
    );
    expect([EncodingType, Contents?.map(({ Key }) => Key)]).toEqual(['url', ['a%20b', 'a%2Bb']]);
  });

  it('are not listed where none may be, and refused where the number is none', async () => {
    const none = await system.operator.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
    expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false });
    const wrong = new ListObjectsV2Command({ Bucket, MaxKeys: -1 });
    await expect(system.operator.send(wrong)).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  it('tell of uploads that are not complete, and of their parts, page by page', async () => {
    const begin = async (Key: string) => {
      const { UploadId } = await system.operator.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      return { Bucket, Key, UploadId };
    };
    const uploads = [await begin('up/B'), await begin('up/a'), await begin('up/a'), await begin('other')];
    const [, upload] = uploads;
    for (const PartNumber of [2, 1, 10])
      await system.operator.send(
        new UploadPartCommand({ ...upload, Body: 'part', PartNumber } as UploadPartCommandInput),
      );

    const seen: string[] = [];
    let marker: object | undefined = {};
    while (marker) {
      const page: ListMultipartUploadsCommandOutput = await system.operator.send(
        new ListMultipartUploadsCommand({ Bucket, Prefix: 'up/', MaxUploads: 1, ...marker }),
      );
      seen.push(...(page.Uploads ?? []).map(({ Key, UploadId }) => `${Key} ${UploadId}`));
      marker = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
        : undefined;
    }
    const [first, ...others] = uploads.slice(0, 3).map(({ Key, UploadId }) => `${Key} ${UploadId}`);
    expect(seen).toEqual([first, ...others.toSorted()]);

    const parts: (number | undefined)[] = [];
    const pages = paginateListParts({ client: system.operator, pageSize: 2 }, upload as ListPartsCommandInput);
    for await (const { Parts = [] } of pages) parts.push(...Parts.map(({ PartNumber }) => PartNumber));
    expect(parts).toEqual([1, 2, 10]);

    for (const each of uploads)
      await system.operator.send(new AbortMultipartUploadCommand(each as AbortMultipartUploadCommandInput));
    expect((await system.operator.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined();
    const gone = system.operator.send(new ListPartsCommand(upload as ListPartsCommandInput));
    await expect(gone).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });
});
