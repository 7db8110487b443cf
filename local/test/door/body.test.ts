import { once } from 'node:events';
import { request } from 'node:http';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../aws.ts';
import { createReadBody } from '../../door/body.ts';
import { type S3System, startS3 } from '../s3/system.ts';

const mebibyte = 1024 * 1024;
let system: S3System;
beforeAll(async () => {
  system = await startS3();
});
afterAll(() => system.close());

const authorization = 'AWS4-HMAC-SHA256 Credential=me/20260101/us-east-1/s3/aws4_request';

/** Sends a body in chunks for as long as it is not answered, and says how much that was. Nobody said how long it would be. */
const pour = async (path: string, method: string, headers: Record<string, string>) => {
  const sending = request(`http://127.0.0.1:${system.runtime.port}${path}`, { method, headers });
  sending.on('error', () => {});
  const answered = once(sending, 'response');
  let [sent, isAnswered] = [0, false];
  void answered.then(() => {
    isAnswered = true;
  });
  for (const chunk = Buffer.alloc(mebibyte / 16, 'x'); !isAnswered; sent += chunk.length)
    if (!sending.write(chunk)) await Promise.race([once(sending, 'drain'), answered]);
  const [response] = await answered;
  const answer = { status: response.statusCode, text: await text(response) };
  sending.destroy();
  return { ...answer, mebibytes: sent / mebibyte };
};

describe('a body without an end is refused by the error of its service, while it is still sent', () => {
  const target = (name: string) => ({ 'x-amz-target': name });
  it.each([
    ['DynamoDB', '/', 'POST', target('DynamoDB_20120810.PutItem'), 413, 'RequestEntityTooLarge', 16],
    ['SQS', '/', 'POST', target('AmazonSQS.SendMessage'), 400, 'InvalidParameterValue', 7],
    ['SQS, of a batch', '/', 'POST', target('AmazonSQS.SendMessageBatch'), 400, 'BatchRequestTooLong', 7],
    ['connections', '/dev/@connections/x', 'POST', {}, 413, 'PayloadTooLargeException', 0.125],
    ['S3, of a list', '/photos?delete', 'POST', { authorization }, 400, 'MaxMessageLengthExceeded', 8],
    ['S3, of parts', '/photos/a?uploadId=1', 'POST', { authorization }, 400, 'MaxMessageLengthExceeded', 8],
    ['no service', '/', 'POST', target('Kinesis_20131202.PutRecord'), 404, 'UnknownOperationException', 0],
  ])('%s', async (_, path, method, headers, status, name, limit) => {
    const answer = await pour(path, method, headers);
    expect(answer).toMatchObject({ status, text: expect.stringContaining(name) });
    // What the buffers of both ends hold is on its way.
    expect(answer.mebibytes).toBeGreaterThanOrEqual(limit);
    expect(answer.mebibytes).toBeLessThan(limit + 16);
  });

  it('S3, by the length that an object says it has', async () => {
    const headers = { authorization, 'content-length': String(6 * 1024 * mebibyte) };
    expect(await pour('/photos/a', 'PUT', headers)).toMatchObject({
      status: 400,
      text: expect.stringContaining('<Code>EntityTooLarge</Code>'),
    });
  });
});

describe('bodies that are read at once', () => {
  const refusals = {
    tooLarge: () => new AwsError('TooLarge', 'Too large.'),
    busy: () => new AwsError('Busy', 'Too much at once.'),
  };

  it('have so many bytes together at most, and give way when they are read, refused or broken off', async () => {
    const readBody = createReadBody(100);
    const read = (bytes: number, most = 1000) => {
      const body = new PassThrough();
      const outcome = readBody(body, most, refusals).then(
        (whole) => whole.length,
        ({ name }: Error) => name,
      );
      body.write(Buffer.alloc(bytes));
      return { body, outcome };
    };
    const [first, second] = [read(60), read(60)];
    expect(await second.outcome).toBe('Busy');
    expect(await read(60, 30).outcome).toBe('TooLarge');
    const third = read(40);
    third.body.destroy(new Error('gone'));
    expect(await third.outcome).toBe('Error');
    const fourth = read(40);
    fourth.body.end();
    expect(await fourth.outcome).toBe(40);
    first.body.end();
    expect(await first.outcome).toBe(60);
    const last = read(100);
    last.body.end();
    expect(await last.outcome).toBe(100);
  });
});
