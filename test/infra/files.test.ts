import { join } from 'node:path';
import { type Graph, type Resource, readGraph, resourcesOf } from 'pulumi-local';
import { beforeAll, expect, it } from 'vitest';

let graph: Graph;
beforeAll(async () => {
  graph = await readGraph({ project: join(import.meta.dirname, '../..'), stack: 'dev', port: 3000 });
});

const one = (type: string, matches: (resource: Resource) => boolean = () => true): Resource => {
  const found = resourcesOf(graph, type).filter(matches);
  expect(found).toHaveLength(1);
  return found[0] as Resource;
};

it('keeps the files from the public, encrypted, and from being removed with the stack', () => {
  expect(one('aws:s3/bucket:Bucket').inputs).toEqual({ forceDestroy: false });
  expect(one('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock').inputs).toEqual({
    bucket: 'uploads',
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  const { rules } = one(
    'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  ).inputs;
  expect(rules).toEqual([{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }]);
});

it('lets nobody read or write a file, or a delivery, over a connection that others can read', () => {
  const policies = ['aws:s3/bucketPolicy:BucketPolicy', 'aws:sqs/queuePolicy:QueuePolicy'].flatMap((type) =>
    resourcesOf(graph, type).map(({ inputs }) => [
      inputs.bucket ?? inputs.queueUrl,
      JSON.parse(String(inputs.policy)).Statement,
    ]),
  );
  const tlsOnly = (Action: string, Resource: readonly unknown[]) => [
    {
      Effect: 'Deny',
      Principal: '*',
      Action,
      Resource,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ];
  const queues = resourcesOf(graph, 'aws:sqs/queue:Queue').map(({ outputs: { url, arn } }) => [
    url,
    tlsOnly('sqs:*', [arn]),
  ]);
  const bucket = ['uploads', tlsOnly('s3:*', ['arn:aws:s3:::uploads', 'arn:aws:s3:::uploads/*'])];
  expect(queues).toHaveLength(3);
  expect(policies).toHaveLength(4);
  expect(policies).toEqual(expect.arrayContaining([bucket, ...queues]));
});

it('keeps versions of what is overwritten or removed, where the stack is protected', () => {
  const versioning = one('aws:s3/bucketVersioning:BucketVersioning');
  expect(versioning.inputs).toEqual({ bucket: 'uploads', versioningConfiguration: { status: 'Enabled' } });
  const lifecycle = one('aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration');
  expect(lifecycle.dependencies).toContain(versioning.urn);
});

it('lets the pages of the configured origins upload, and do nothing else', () => {
  const { corsRules } = one('aws:s3/bucketCorsConfiguration:BucketCorsConfiguration').inputs;
  expect(corsRules).toEqual([
    expect.objectContaining({
      allowedMethods: ['PUT'],
      allowedOrigins: ['http://localhost:*', 'http://127.0.0.1:*'],
      allowedHeaders: ['content-type', 'content-disposition', 'if-none-match'],
    }),
  ]);
});

it('keeps what the function fails on three times: of an invocation for which nobody waits nothing else would be left', () => {
  const notices = one('aws:lambda/function:Function', ({ name }) => name === 'notices');
  const dead = one('aws:sqs/queue:Queue', ({ name }) => name === 'notices-dead-letters');
  expect(dead.inputs).toMatchObject({ messageRetentionSeconds: 14 * 24 * 60 * 60, maxMessageSize: 1024 * 1024 });
  const kept = one('aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig');
  expect(kept.inputs).toEqual({
    functionName: notices.outputs.name,
    qualifier: 'live',
    maximumRetryAttempts: 2,
    maximumEventAgeInSeconds: 21_600,
    destinationConfig: { onFailure: { destination: dead.outputs.arn } },
  });
  expect(one('aws:s3/bucketNotification:BucketNotification').dependencies).toContain(kept.urn);
});

it('tells the room of the bucket of every object created or removed, once the bucket may', () => {
  const notices = one('aws:lambda/function:Function', ({ name }) => name === 'notices');
  const permission = one('aws:lambda/permission:Permission', ({ inputs }) => inputs.principal === 's3.amazonaws.com');
  const notification = one('aws:s3/bucketNotification:BucketNotification');
  const { variables } = notices.inputs.environment as { variables: Record<string, string> };
  expect(variables.FILES_ROOM).toBe('files/uploads');
  expect(permission.inputs).toMatchObject({ sourceArn: 'arn:aws:s3:::uploads', sourceAccount: '000000000000' });
  expect(notification.dependencies).toContain(permission.urn);
  expect(notification.inputs.lambdaFunctions).toEqual([
    {
      id: 'notices',
      lambdaFunctionArn: `${notices.outputs.arn}:live`,
      events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:DeleteMarkerCreated'],
    },
  ]);
});
