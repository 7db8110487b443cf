import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it, onTestFinished } from 'vitest';
import { startSystem } from './system.ts';
import { until } from './until.ts';

it('lets any AWS SDK in as the operator, whatever its credentials and its region', async () => {
  const system = await startSystem();
  onTestFinished(() => system.close());
  const ann = await system.connect();
  ann.send({ action: 'plus' });
  await ann.shows(1);

  const { headsTable, bucketName } = system.runtime.graph.outputs;
  const anybody = {
    endpoint: `http://localhost:${system.runtime.port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  };
  const dynamodb = new DynamoDBClient(anybody);
  // Otherwise the SDK asks for uploads.localhost, which not every machine knows. With 127.0.0.1 it does this by itself.
  const s3 = new S3Client({ ...anybody, forcePathStyle: true });
  onTestFinished(() => {
    dynamodb.destroy();
    s3.destroy();
  });

  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: String(headsTable) }));
  expect(Items.find(({ room }) => room?.S === 'counter/global-counter')?.seq).toEqual({ N: '1' });

  const object = { Bucket: String(bucketName), Key: 'from an SDK.txt' };
  await s3.send(new PutObjectCommand({ ...object, Body: 'Hello' }));
  expect(await (await s3.send(new GetObjectCommand(object))).Body?.transformToString()).toBe('Hello');
  await until('ann hears of it', () => ann.messages.some((message) => message.includes('from an SDK.txt')));
});
