import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import type { Graph, Invoke, Resource } from '../../aws.ts';
import { AwsError } from '../../aws.ts';
import { createBuckets } from '../../s3/index.ts';
import type { Reply } from '../../s3/reply.ts';
import { until } from '../until.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:teller';
const resource = (type: string, inputs: object, outputs: object = {}): Resource => ({
  type,
  name: 'photos',
  urn: `urn:pulumi:test::test::${type}::photos`,
  inputs: { ...inputs },
  outputs: { ...outputs },
  dependencies: [],
});
const graph: Graph = {
  port: 4000,
  resources: [
    resource('aws:s3/bucket:Bucket', {}, { bucket: 'photos', arn: 'arn:aws:s3:::photos' }),
    resource('aws:lambda/function:Function', {}, { arn: functionArn }),
    resource('aws:lambda/permission:Permission', {
      function: functionArn,
      principal: 's3.amazonaws.com',
      action: 'lambda:InvokeFunction',
    }),
    resource('aws:s3/bucketNotification:BucketNotification', {
      bucket: 'photos',
      lambdaFunctions: [{ lambdaFunctionArn: functionArn, events: ['s3:ObjectCreated:*'] }],
    }),
  ],
  outputs: {},
};

interface Told {
  readonly Records: readonly { readonly s3: { readonly object: { readonly key: string } } }[];
}

const start = (
  answer: (tries: number) => Awaited<ReturnType<Invoke>>,
  dataDir?: string,
  more: readonly Resource[] = [],
) => {
  const sent: { readonly from: string; readonly to: string; readonly body: unknown }[] = [];
  const told: string[][] = [];
  const said: string[] = [];
  const buckets = createBuckets({
    graph: { ...graph, resources: [...graph.resources, ...more] },
    send: async (from, { QueueUrl, MessageBody }) => sent.push({ from, to: QueueUrl, body: JSON.parse(MessageBody) }),
    invoke: async (_, event) => {
      told.push((event as Told).Records.map(({ s3 }) => s3.object.key));
      return answer(told.length);
    },
    retryMs: [1, 1],
    say: (line) => said.push(line),
    ...(dataDir && { dataDir }),
  });
  const put = (Key: string) => buckets.engine('PutObject', { Bucket: 'photos', Key, Body: Readable.from(['x']) });
  return { told, said, sent, buckets, put };
};

const failure = { ok: false, errorType: 'Error', errorMessage: 'broken' } as const;
const success = { ok: true, value: null } as const;

it('tries a function that fails twice more, and then says what it gave up', async () => {
  const { told, said, buckets, put } = start(() => failure);
  onTestFinished(buckets.close);
  await put('a');
  await until('it is given up', () => said.length > 0);
  expect(told).toEqual([['a'], ['a'], ['a']]);
  expect(said).toEqual([`Gave up telling ${functionArn} what happened in the bucket photos (a): Error: broken`]);
});

const lost = resource(
  'aws:sqs/queue:Queue',
  {},
  { arn: 'arn:aws:sqs:us-east-1:000000000000:lost', url: 'http://lost' },
);
const configured = (inputs: object) =>
  resource('aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig', { functionName: functionArn, ...inputs });

it('puts what it gave up into the on-failure destination, with all that happened, before it forgets it', async () => {
  const destinationConfig = { onFailure: { destination: lost.outputs.arn } };
  const { said, sent, buckets, put } = start(() => failure, undefined, [lost, configured({ destinationConfig })]);
  onTestFinished(buckets.close);
  await put('a');
  await until('it is given up', () => said.length > 0);
  expect(sent).toEqual([
    {
      from: functionArn,
      to: 'http://lost',
      body: expect.objectContaining({
        requestContext: expect.objectContaining({
          functionArn,
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        }),
        requestPayload: { Records: [expect.objectContaining({ eventName: 'ObjectCreated:Put' })] },
        responsePayload: { errorType: 'Error', errorMessage: 'broken' },
      }),
    },
  ]);
});

it('tries as often as it is told to', async () => {
  const { told, said, buckets, put } = start(() => failure, undefined, [configured({ maximumRetryAttempts: 0 })]);
  onTestFinished(buckets.close);
  await put('a');
  await until('it is given up', () => said.length > 0);
  expect(told).toEqual([['a']]);
});

it.each([
  [{ maximumRetryAttempts: 3 }, 'maximumRetryAttempts'],
  [{ maximumEventAgeInSeconds: 30 }, 'maximumEventAgeInSeconds'],
  [{ functionName: 'other' }, 'other is no function of the program'],
  [{ qualifier: 'live' }, 'is no function of the program'],
  [
    { destinationConfig: { onFailure: { destination: 'arn:aws:sns:us-east-1:000000000000:x' } } },
    'is no queue of the program',
  ],
])('refuses a configuration with %j', (inputs, why) => {
  expect(() => start(() => success, undefined, [configured(inputs)])).toThrow(why);
});

it('does not count a throttle as a try', async () => {
  const { told, said, buckets, put } = start((tries) => {
    if (tries <= 2) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    return tries <= 4 ? failure : success;
  });
  onTestFinished(buckets.close);
  await put('a');
  await until('it has been tried five times', () => told.length === 5);
  expect(said).toEqual([]);
});

it('puts what happens close together into one event', async () => {
  const { told, buckets, put } = start(() => success);
  onTestFinished(buckets.close);
  await Promise.all(['a', 'b', 'c'].map(put));
  await until('all is told', () => told.flat().length === 3);
  expect(told).toEqual([['a', 'b', 'c']]);
});

it('keeps objects, and tells at the next start what nobody was told when it ended', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 's3-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const first = start(() => success, dataDir);
  await first.put('a');
  await until('it is told', () => first.told.length === 1);
  await first.put('b');
  first.buckets.close();
  expect(first.told).toEqual([['a']]);

  const second = start(() => success, dataDir);
  onTestFinished(second.buckets.close);
  second.buckets.resume();
  await until('it is told', () => second.told.length === 1);
  expect(second.told).toEqual([['b']]);
  const { body } = (await second.buckets.engine('GetObject', { Bucket: 'photos', Key: 'a' })) as Reply;
  expect(body.toString()).toBe('x');
  second.buckets.close();

  const third = start(() => success, dataDir);
  onTestFinished(third.buckets.close);
  third.buckets.resume();
  await third.put('c');
  await until('something is told', () => third.told.length === 1);
  expect(third.told).toEqual([['c']]);
});
