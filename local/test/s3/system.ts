import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { type RuntimeOptions, startRuntime } from '../../runtime.ts';
import type { NotificationRecord } from '../../s3/notifications/record.ts';

/** Writes every event that it is invoked with to its log. */
const tellerCode = 'export const handler = async (event) => console.log(JSON.stringify(event));';

/** A bucket, a function that hears of it, and one that may write a part of it. */
export const program = `
import * as pulumi from '@pulumi/pulumi';
import * as aws from '@pulumi/aws';

const role = (name, actions, resources) => {
  const role = new aws.iam.Role(name, { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: 'lambda.amazonaws.com' }) });
  if (actions.length > 0)
    new aws.iam.RolePolicy(name, { role: role.name, policy: pulumi.jsonStringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: resources }] }) });
  return role;
};
const fn = (name, actions = [], resources = []) =>
  new aws.lambda.Function(name, {
    role: role(name, actions, resources).arn,
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    code: new pulumi.asset.FileArchive(import.meta.dirname + '/../teller'),
  });

const photos = new aws.s3.Bucket('photos');
new aws.s3.BucketCorsConfiguration('photos', {
  bucket: photos.bucket,
  corsRules: [{ allowedMethods: ['PUT'], allowedOrigins: ['http://localhost:*'], allowedHeaders: ['content-type'], maxAgeSeconds: 60 }],
});
fn('writer', ['s3:PutObject'], [pulumi.interpolate\`\${photos.arn}/uploads/*\`]);
const teller = fn('teller');
/*permission*/
const permission = new aws.lambda.Permission('teller', { action: 'lambda:InvokeFunction', function: teller.arn, principal: 's3.amazonaws.com', sourceArn: photos.arn });
/*notification*/
new aws.s3.BucketNotification('photos', {
  bucket: photos.bucket,
  lambdaFunctions: [
    { id: 'all', lambdaFunctionArn: teller.arn, events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'], filterPrefix: 'uploads/' },
    { id: 'pictures', lambdaFunctionArn: teller.arn, events: ['s3:ObjectCreated:Put'], filterPrefix: 'album/', filterSuffix: '.png' },
  ],
});
`;

const projectOf = async (text: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 's3-'));
  await Promise.all([mkdir(join(folder, 'infra')), mkdir(join(folder, 'teller'))]);
  await symlink(join(import.meta.dirname, '../../../node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'Pulumi.yaml'), 'name: shop\nruntime: nodejs\nmain: infra/index.ts\n');
  await writeFile(join(folder, 'Pulumi.test.yaml'), 'config:\n  aws:region: us-east-1\n');
  await writeFile(join(folder, 'infra/index.ts'), text);
  await writeFile(join(folder, 'teller/index.mjs'), tellerCode);
  return folder;
};

/** The local runtime with the program above, or a change of it, and the tools to talk to its S3. */
export const startS3 = async (text = program, options: Partial<RuntimeOptions> = {}) => {
  const project = await projectOf(text);
  const said: string[] = [];
  const events: NotificationRecord[][] = [];
  const remove = () => rm(project, { recursive: true, force: true });
  const runtime = await startRuntime({
    project,
    stack: 'test',
    port: 0,
    say: (line) => said.push(line),
    onLog: (_, line) => events.push(JSON.parse(line).Records),
    ...options,
  }).catch(async (cause) => {
    await remove();
    throw cause;
  });
  const clients: S3Client[] = [];
  const clientOf = (accessKeyId: string, host = '127.0.0.1') => {
    const client = new S3Client({
      endpoint: `http://${host}:${runtime.port}`,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey: 'local' },
      // Presigned URLs would otherwise hold the checksum of an empty body.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      maxAttempts: 1,
    });
    clients.push(client);
    return client;
  };
  return {
    runtime,
    said,
    /** The records of each notification that has come, in the order of their coming. */
    events,
    /** All that came of one object, by its key as it is sent. */
    told: (key: string) => events.flat().filter((record) => record.s3.object.key === key),
    /** The person at this machine. */
    operator: clientOf('operator'),
    /** The SDK addresses `photos.localhost`. */
    virtualHost: clientOf('operator', 'localhost'),
    /** The function that may write under `uploads/` alone. */
    writer: clientOf('writer'),
    close: async () => {
      for (const client of clients) client.destroy();
      await runtime.close();
      await remove();
    },
  };
};

export type S3System = Awaited<ReturnType<typeof startS3>>;
