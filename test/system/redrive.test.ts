import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AwsError } from 'pulumi-local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { address, type Delivery } from '../../domain/delivery.ts';
import { files } from '../../domain/kinds/files.ts';
import { castName } from '../../store/deliveries.ts';
import { foldcast, folderOf, objects } from '../replay/command-line/foldcast.ts';
import { type System, startSystem } from './system.ts';
import { until } from './until.ts';
import { room } from './whole.ts';

const filesRoom = 'files/uploads';
let system: System;
let broken = true;
let sqs: SQSClient;
let s3: S3Client;

beforeAll(async () => {
  system = await startSystem({
    layers: [
      (call, next) => {
        const isNotice =
          call.caller.kind === 'function' && call.caller.name === 'notices' && call.service === 'dynamodb';
        if (broken && isNotice) throw new AwsError('AccessDeniedException', 'Broken for a while.');
        return next();
      },
    ],
  });
  const aws = {
    endpoint: `http://127.0.0.1:${system.runtime.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'operator', secretAccessKey: 'local' },
  };
  sqs = new SQSClient(aws);
  s3 = new S3Client({ ...aws, forcePathStyle: true });
}, 120_000);
afterAll(async () => {
  sqs.destroy();
  s3.destroy();
  await system.close();
});

const redrive = async (...args: readonly string[]) =>
  foldcast(['redrive', ...args], { folder: await folderOf(system.runtime.port, system.runtime.graph.outputs) });
const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: 'uploads', Key, Body: 'x' }));
const known = async () => (await system.log.latest(filesRoom, files)).state.objects.map(({ key }) => key);
const told = () => system.said.filter((line) => line.startsWith('Gave up telling'));

it('says that nothing was given up', async () => {
  expect(await redrive('--yes')).toEqual({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/^Nothing was given up in the local runtime on port \d+\.\n$/),
  });
});

it('plays notices again that the function failed on, once it is told to, and leaves out what the room knows already', async () => {
  await put('a.png');
  await until('the first is given up', () => told().length === 1);
  await put('a.png');
  await put('b.png');
  await until('all are given up', () => told().join().includes('b.png'));
  broken = false;

  const shown = await redrive();
  expect(shown.stdout).toMatch(/notice would be played again: files\/uploads created a\.png\n/);
  expect(shown.stderr).toMatch(/given up in the local runtime on port \d+\. Nothing was done: --yes does it\.\n$/);
  expect(await known()).toEqual([]);

  // A newer notice came through since: of that object the dead ones are old news.
  await put('b.png');
  await until('it is known', async () => (await known()).includes('b.png'));
  const played = objects(await redrive('--yes', '--json'));
  expect(played.filter(({ fate }) => fate === 'left out')).toEqual([
    expect.objectContaining({ what: 'notice', room: filesRoom, says: 'created b.png: stale' }),
  ]);
  await until('both are known', async () => (await known()).length === 2);
  expect(await known()).toEqual(['b.png', 'a.png']);
  expect((await redrive()).stderr).toContain('Nothing was given up');
}, 60_000);

const park = (MessageBody: string, name: string, group: string) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: String(system.runtime.graph.outputs.deadLetterQueueUrl),
      MessageBody,
      MessageGroupId: group,
      MessageDeduplicationId: name,
    }),
  );

it('queues dead deliveries again, without states that are old, and leaves what it can’t read', async () => {
  const ann = await system.connect();
  ann.send({ action: 'plus' });
  await ann.shows(1);
  ann.send({ action: 'plus' });
  await ann.shows(2);
  const [first, last] = [await system.log.page(room, 1), await system.log.page(room, 2)];
  const [member] = await system.connections.members(room);
  const cast = (texts: readonly string[], state?: number): Delivery => ({
    type: 'state',
    room,
    ...address(new Map([[member?.connection ?? '', { texts, ...(state && { state }) }]])),
  });
  const nameOf = (page: typeof first) => castName({ room, epoch: page?.epoch ?? '', from: page?.from ?? 0, lane: 0 });
  const group = `${room}#0`;
  await park(JSON.stringify(cast(['told late', 'an old state'], 1)), nameOf(first), group);
  await park(JSON.stringify(cast(['only an old state'], 1)), `${nameOf(first)}/1`, group);
  await park(JSON.stringify(cast(['the newest state'], 1)), nameOf(last), group);
  await park('{', 'parked', 'parked');

  const before = ann.messages.length;
  const shown = objects(await redrive('--json'));
  const fates = (of: typeof shown) => of.map(({ fate, says }) => [fate, says]);
  const expected = [
    ['again', 'to 1 connection, without an old state'],
    ['left out', 'a state that is old'],
    ['again', 'to 1 connection'],
    ['stays', expect.stringMatching(/^it can't be read: /)],
  ];
  expect(fates(shown)).toEqual(expect.arrayContaining(expected));
  expect(shown).toHaveLength(4);
  expect(ann.messages).toHaveLength(before);

  const done = await redrive('--yes', '--json');
  expect(done.code).toBe(1);
  expect(fates(objects(done))).toEqual(expect.arrayContaining(expected));
  await until('it is told', () => ann.messages.length === before + 2);
  expect(ann.messages.slice(before)).toEqual(['told late', 'the newest state']);
  expect(await system.dead()).toBe(1);
}, 60_000);
