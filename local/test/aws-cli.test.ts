import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { program, type S3System, startS3 } from './s3/system.ts';

const isThere = spawnSync('aws', ['--version']).status === 0;
const why = isThere ? '' : ' (skipped: there is no aws on the PATH; pip install awscli)';

let system: S3System;
let folder: string;

/** What a person types after `aws`, split at spaces, and what is printed. */
const aws = async (line: string, ...more: string[]): Promise<string> => {
  // AWS_ENDPOINT_URL is not heeded for SQS by all versions.
  const endpoint = `http://127.0.0.1:${system.runtime.port}`;
  const { stdout } = await promisify(execFile)('aws', ['--endpoint-url', endpoint, ...line.split(' '), ...more], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_ACCESS_KEY_ID: 'me',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_MAX_ATTEMPTS: '1',
      LANG: 'C.UTF-8',
    },
  });
  return stdout;
};
const awsJson = async (line: string, ...more: string[]) => JSON.parse(await aws(line, ...more));
const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '');

const withMore = `${program}
new aws.sqs.Queue('standard', { name: 'standard' });
new aws.sqs.Queue('fifo', { name: 'ordered.fifo', fifoQueue: true });
new aws.dynamodb.Table('rows', { name: 'rows', billingMode: 'PAY_PER_REQUEST', hashKey: 'id', attributes: [{ name: 'id', type: 'S' }] });
`;

describe.skipIf(!isThere)(`the AWS command line${why}`, () => {
  beforeAll(async () => {
    [system, folder] = await Promise.all([startS3(withMore), mkdtemp(join(tmpdir(), 'aws-cli-'))]);
    return async () => {
      await system.close();
      await rm(folder, { recursive: true });
    };
  });

  it('syncs a folder, and has nothing to do the second time', async () => {
    const names = ['README.md', 'Zebra.txt', 'a b+c.txt', 'apple.txt', 'ünï 😀.txt', 'deep/er/file', 'deep.txt'];
    await mkdir(join(folder, 'site/deep/er'), { recursive: true });
    for (const name of names) await writeFile(join(folder, 'site', name), name);
    expect(lines(await aws('s3 sync site s3://photos/site --delete --no-progress'))).toHaveLength(names.length);
    expect(await aws('s3 sync site s3://photos/site --delete --no-progress')).toBe('');

    await aws('s3 sync s3://photos/site back --no-progress');
    expect((await readdir(join(folder, 'back'), { recursive: true })).toSorted()).toEqual(
      [...names, 'deep', 'deep/er'].toSorted(),
    );
    await rm(join(folder, 'site/README.md'));
    expect(await aws('s3 sync site s3://photos/site --delete --no-progress')).toContain(
      'delete: s3://photos/site/README.md',
    );
    const listed = lines(await aws('s3 ls s3://photos/site/ --page-size 2')).map((line) => line.slice(31));
    const shown = names.filter((name) => name !== 'README.md' && !name.includes('/'));
    expect(listed.toSorted()).toEqual(['deep/', ...shown].toSorted());
    await aws('s3 rm s3://photos/site --recursive');
    expect(
      (await awsJson('s3api list-objects-v2 --bucket photos --output json --prefix site')).Contents,
    ).toBeUndefined();
  });

  it('copies a large file in parts, there, across and back', async () => {
    const bytes = randomBytes(20 * 1024 * 1024);
    await writeFile(join(folder, 'large'), bytes);
    await aws('s3 cp large s3://photos/large --no-progress');
    await aws('s3 cp s3://photos/large s3://photos/again --no-progress');
    await aws('s3 mv s3://photos/again again --no-progress');
    expect((await readFile(join(folder, 'again'))).equals(bytes)).toBe(true);
    expect(lines(await aws('s3 ls s3://photos --recursive')).map((line) => line.slice(31))).toEqual(['large']);
  });

  it('asks about a bucket, and is told in a sentence what is not answered', async () => {
    expect(await aws('s3 ls')).toMatch(/ photos\n$/);
    expect(await awsJson('s3api get-bucket-location --bucket photos --output json')).toEqual({
      LocationConstraint: null,
    });
    await aws('s3api head-bucket --bucket photos');
    await expect(aws('s3 mb s3://another')).rejects.toThrow('set up buckets in the program');
  });

  it.each(['standard', 'ordered.fifo'])('sends to the queue %s and receives, with what it is told', async (name) => {
    const { QueueUrl } = await awsJson(`sqs get-queue-url --output json --queue-name ${name}`);
    const group = name.endsWith('.fifo') ? ['--message-group-id', 'g', '--message-deduplication-id', '1'] : [];
    const attributes = JSON.stringify({ kind: { DataType: 'String', StringValue: 'ünï' } });
    const url = ['--output', 'json', '--queue-url', QueueUrl];
    await aws('sqs send-message', ...url, '--message-body', 'hi 😀', '--message-attributes', attributes, ...group);
    const all = ['--attribute-names', 'All', '--message-attribute-names', 'All'];
    const { Messages } = await awsJson('sqs receive-message', ...url, ...all);
    expect(Messages).toMatchObject([{ Body: 'hi 😀', MessageAttributes: { kind: { StringValue: 'ünï' } } }]);
    await aws('sqs delete-message', ...url, '--receipt-handle', Messages[0].ReceiptHandle);
    expect((await awsJson('sqs get-queue-attributes', ...url, '--attribute-names', 'All')).Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
    });
    const unknown = aws('sqs receive-message --queue-url', `${QueueUrl}-none`);
    await expect(unknown).rejects.toThrow('AWS.SimpleQueueService.NonExistentQueue');
  });

  it('keeps items in a table, and pages through them', async () => {
    for (const id of ['a', 'b 😀', 'c'])
      await aws('dynamodb put-item --table-name rows --item', JSON.stringify({ id: { S: id }, text: { S: '' } }));
    const all = await awsJson('dynamodb scan --output json --table-name rows --page-size 1');
    expect(all.Items.map(({ id }: { id: { S: string } }) => id.S).toSorted()).toEqual(['a', 'b 😀', 'c']);
    await aws('dynamodb wait table-exists --table-name rows');
    const again = aws(
      'dynamodb put-item --table-name rows --condition-expression',
      'attribute_not_exists(id)',
      '--item',
      '{"id":{"S":"a"}}',
    );
    await expect(again).rejects.toThrow('ConditionalCheckFailedException');
  });

  it('is told what runs here where it asks for something else', async () => {
    await expect(aws('sts get-caller-identity')).rejects.toThrow('Nothing here answers');
    await expect(aws('lambda list-functions')).rejects.toThrow('Nothing here answers');
    const get = aws('apigatewaymanagementapi get-connection --connection-id', 'Pivg7HQcOAspVO/k=');
    await expect(get).rejects.toThrow('ForbiddenException');
  });
});
