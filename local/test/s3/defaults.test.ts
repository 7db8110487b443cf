import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { beforeAll, describe, expect, it } from 'vitest';
import { type S3System, startS3 } from './system.ts';

/** What the SDK does when it is told nothing: checksums of all that it sends and gets, and bodies in chunks. */
let s3: S3Client;
let system: S3System;
let folder: string;
const Bucket = 'photos';

beforeAll(async () => {
  [system, folder] = await Promise.all([startS3(), mkdtemp(join(tmpdir(), 's3-defaults-'))]);
  s3 = new S3Client({
    endpoint: `http://127.0.0.1:${system.runtime.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'operator', secretAccessKey: 'local' },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  return async () => {
    s3.destroy();
    await Promise.all([system.close(), rm(folder, { recursive: true })]);
  };
});

const put = (Key: string, more: Partial<PutObjectCommand['input']> = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: 'body', ...more }));
const read = async (Key: string, more: Partial<GetObjectCommand['input']> = {}) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body?.transformToString();
const head = (Key: string, more: object = {}) => s3.send(new HeadObjectCommand({ Bucket, Key, ...more }));
const md5 = (text: string) => createHash('md5').update(text).digest('base64');
const url = (key: string) => `http://127.0.0.1:${system.runtime.port}/${Bucket}/${key}`;
const credential = 'AWS4-HMAC-SHA256 Credential=me/20261201/us-east-1/s3/aws4_request';

/** A body in chunks, as it is on the wire. */
const putChunks = async (body: string, headers: Record<string, string>) => {
  const response = await fetch(url('chunks'), {
    method: 'PUT',
    headers: {
      authorization: credential,
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      ...headers,
    },
    body,
  });
  return [response.status, /<Code>(.*)<\/Code>/.exec(await response.text())?.[1]];
};

describe('a body', () => {
  it('comes in chunks from a stream', async () => {
    const text = 'ä line\n'.repeat(50_000);
    await writeFile(join(folder, 'large.txt'), text);
    await put('stream', { Body: createReadStream(join(folder, 'large.txt')), ContentEncoding: 'identity' });
    expect(await read('stream')).toBe(text);
    expect(await head('stream')).toMatchObject({ ContentLength: Buffer.byteLength(text), ContentEncoding: 'identity' });
  });

  it('is refused without a length', async () => {
    const body = ReadableStream.from([Buffer.from('body')]);
    const response = await fetch(url('none'), {
      method: 'PUT',
      headers: { authorization: credential },
      body,
      ...{ duplex: 'half' },
    });
    expect([response.status, await response.text()]).toEqual([411, expect.stringContaining('MissingContentLength')]);
  });

  it.each([
    ['of which some are missing', '4\r\nbo', { 'x-amz-decoded-content-length': '4' }, 'IncompleteBody'],
    ['without an end', '4\r\nbody\r\n', { 'x-amz-decoded-content-length': '4' }, 'IncompleteBody'],
    ['that say another length', '4\r\nbody\r\n0\r\n\r\n', { 'x-amz-decoded-content-length': '5' }, 'IncompleteBody'],
    ['that say none', '4\r\nbody\r\n0\r\n\r\n', {}, 'MissingContentLength'],
    [
      'without the trailer that is announced',
      '4\r\nbody\r\n0\r\n\r\n',
      { 'x-amz-decoded-content-length': '4', 'x-amz-trailer': 'x-amz-checksum-crc32' },
      'MalformedTrailerError',
    ],
    [
      'with the wrong checksum after them',
      '4\r\nbody\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
      { 'x-amz-decoded-content-length': '4', 'x-amz-trailer': 'x-amz-checksum-crc32' },
      'BadDigest',
    ],
  ])('is refused in chunks %s', async (_, body, headers, code) => {
    expect(await putChunks(body, headers)).toEqual([code === 'MissingContentLength' ? 411 : 400, code]);
  });
});

describe('checksums', () => {
  it.each<ChecksumAlgorithm>(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'])('of %s are checked', async (name) => {
    const key = `checked-${name}`;
    await put(key, { ChecksumAlgorithm: name });
    expect(await read(key)).toBe('body');
    const wrong = { CRC64NVME: 'AAAAAAAAAAA=', SHA1: `${'A'.repeat(27)}=`, SHA256: `${'A'.repeat(43)}=` };
    const value = (wrong as Record<string, string>)[name] ?? 'AAAAAA==';
    await expect(put(key, { [`Checksum${name}`]: value, Body: 'other' })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(put(key, { [`Checksum${name}`]: 'AAAA', Body: 'other' })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    expect(await read(key)).toBe('body');
  });

  it('by Content-MD5 are checked', async () => {
    await put('md5', { ContentMD5: md5('body') });
    await expect(put('md5', { ContentMD5: md5('else') })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(put('md5', { ContentMD5: 'x' })).rejects.toMatchObject({ name: 'InvalidDigest' });
  });

  it('that are signed are checked', async () => {
    const response = await fetch(url('signed'), {
      method: 'PUT',
      headers: { authorization: credential, 'x-amz-content-sha256': createHash('sha256').update('else').digest('hex') },
      body: 'body',
    });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('XAmzContentSHA256Mismatch'),
    ]);
  });

  it('in a presigned URL are checked', async () => {
    const presigned = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'presigned', ContentMD5: md5('x') }));
    const send = (body: string) => fetch(presigned, { method: 'PUT', body, headers: { 'content-md5': md5('x') } });
    expect(await (await send('body')).text()).toContain('BadDigest');
  });

  it('of parts are checked', async () => {
    const upload = { Bucket, Key: 'parts' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
    const send = (Body: string, more = {}) =>
      s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body, ...more }));
    await expect(send('part', { ContentMD5: md5('else') })).rejects.toMatchObject({ name: 'BadDigest' });
    const { ETag, ChecksumCRC32 } = await send('part');
    const Parts = [{ PartNumber: 1, ETag, ChecksumCRC32 }];
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }));
    expect(await read('parts')).toBe('part');
  });

  it('are wanted of a list of objects to delete', async () => {
    const response = await fetch(`http://127.0.0.1:${system.runtime.port}/${Bucket}?delete`, {
      method: 'POST',
      headers: { authorization: credential },
      body: '<Delete><Object><Key>md5</Key></Object></Delete>',
    });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('Content-MD5')]);
  });
});

it('answers what is asked of a bucket first: whether it is there, and where', async () => {
  expect(await s3.send(new HeadBucketCommand({ Bucket }))).toMatchObject({ BucketRegion: 'us-east-1' });
  expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
});

it('makes no object of an upload without parts', async () => {
  const upload = { Bucket, Key: 'no-parts' };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
  const complete = new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts: [] } });
  await expect(s3.send(complete)).rejects.toMatchObject({ name: 'MalformedXML' });
  await expect(read('no-parts')).rejects.toMatchObject({ name: 'NoSuchKey' });
});

it('gives the end of an object, and all of one that is shorter', async () => {
  await put('ended');
  expect(await read('ended', { Range: 'bytes=-2' })).toBe('dy');
  expect(await read('ended', { Range: 'bytes=-9' })).toBe('body');
});

it('calls an object what the request wants it to be called', async () => {
  await put('called', { ContentType: 'text/plain' });
  const more = { ResponseContentType: 'text/csv', ResponseContentDisposition: 'attachment; filename="a.csv"' };
  const presigned = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'called', ...more }));
  const { headers } = await fetch(presigned);
  expect(headers.get('content-type')).toBe(more.ResponseContentType);
  expect(headers.get('content-disposition')).toBe(more.ResponseContentDisposition);
});

it('answers HEAD as it would GET, without the object', async () => {
  const { ETag } = await put('headed');
  expect(await head('headed', { Range: 'bytes=1-2' })).toMatchObject({
    ContentLength: 2,
    ContentRange: 'bytes 1-2/4',
    AcceptRanges: 'bytes',
  });
  await expect(head('headed', { IfMatch: '"else"' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
  await expect(head('headed', { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  expect(await head('headed', { ChecksumMode: 'ENABLED' })).toMatchObject({ ContentLength: 4, ETag });
});
