import { once } from 'node:events';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AwsError, type Resource, resourcesOf } from 'pulumi-local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from './client.ts';
import { type Client, connectV1 } from './client-v1.ts';
import { audience, configured, type Issuer, issuer, startIssuer } from './signed-in.ts';
import { type System, startSystem } from './system.ts';
import { until } from './until.ts';

/** What is granted though nothing here calls it, and who says that it is needed. */
const unseen: readonly (readonly [action: string, source: string])[] = [
  // The runtime writes the functions' lines itself.
  ['logs:CreateLogStream', 'Lambda developer guide, "Sending function logs to CloudWatch Logs"'],
  ['logs:PutLogEvents', 'the same'],
  // A mapping on AWS asks for them: here they are read without a call.
  ['dynamodb:ListStreams', 'Lambda developer guide, "Process DynamoDB records with Lambda", execution role'],
  ['dynamodb:DescribeStream', 'the same'],
  ['dynamodb:GetShardIterator', 'the same'],
  ['dynamodb:GetRecords', 'the same'],
  ['sqs:GetQueueAttributes', 'Lambda developer guide, "Using Lambda with Amazon SQS", execution role'],
];

let system: System;
let keys: Issuer;
let removeProject: () => Promise<void>;
let s3: S3Client;
let sqs: SQSClient;
/** Connections whose posts are throttled now, as if the account were. */
const throttled = new Set<string>();

beforeAll(async () => {
  keys = await startIssuer();
  const config = {
    auth: 'jwt',
    ...{ authKeysUrl: keys.url, authIssuer: issuer, authAudience: audience },
    eventRetentionDays: 1,
    defaultRooms: ['chat/lobby'],
  };
  const project = await configured(config, (remove) => {
    removeProject = remove;
  });
  system = await startSystem({
    project,
    layers: [
      async ({ caller, service, operation, input }, next) => {
        const name = caller.kind === 'function' ? caller.name : '';
        if (name === 'notices' && service === 'dynamodb' && JSON.stringify(input).includes('never.txt'))
          throw new AwsError('Broken', 'Broken.');
        if (service === 'execute-api' && operation !== 'GetConnection' && throttled.has(String(input.ConnectionId)))
          throw new AwsError('LimitExceededException', 'Too many posts.', 429);
        return next();
      },
    ],
  });
  const aws = {
    endpoint: `http://127.0.0.1:${system.runtime.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'operator', secretAccessKey: 'local' },
  };
  s3 = new S3Client({ ...aws, forcePathStyle: true });
  sqs = new SQSClient(aws);
}, 120_000);
afterAll(async () => {
  s3.destroy();
  sqs.destroy();
  await system.close();
  await keys.stop();
  await removeProject();
});

const signIn = async (sub: string, exp = Math.floor(Date.now() / 1000) + 600): Promise<Client> =>
  connectV1(system.url, await keys.sign({ sub, exp }));

/** Something of each thing that the system does. */
const everything = async (): Promise<void> => {
  const { outputs } = system.runtime.graph;
  const [ann, bob] = [await signIn('ann'), await signIn('bob')];
  for (const client of [ann, bob]) await client.join('chat/tea');
  await ann.append({ action: 'onMessage', room: 'chat/tea', message: 'Tea?' });
  await ann.act({ action: 'onMessage', room: 'chat/tea', message: '' });
  await ann.act({ action: 'plus', retry: true });
  bob.send({ action: 'sendMessage', to: 'ann', room: 'chat/tea', message: 'Hi' });
  bob.send({ action: 'sendMessage', to: 'nobody', room: 'chat/tea', message: 'Hi', id: 'm' });
  await until('both are told', () => ann.heard('message').length > 0 && bob.heard('error').length > 0);
  // An update that is stale is answered with the state, for which the fold asks who sent it.
  const game = { action: 'updateGame', gameId: 'TEAS' };
  await ann.append({ ...game, gameAction: 'createGame', game: { lastUpdateTime: 9 } });
  await bob.act({ ...game, gameAction: 'updateGame', updatedItems: { lastUpdateTime: 1 } });

  const plain = await connect(`${system.url}?token=${await keys.sign({ sub: 'plain' })}`);
  plain.send({ action: 'whoAmI' });
  await until('a plain client knows its connection', () => plain.messages.length > 0);
  plain.send({ action: 'sendMessage', connectionId: String(plain.messages[0]), message: 'To myself' });
  await until('it is told', () => plain.messages.includes('To myself'));
  // A 101st room is one too many: why it may not join is looked up.
  for (let place = 0; place < 99; place += 1) await bob.join(`chat/r${place}`);
  bob.send({ action: 'join', room: 'chat/one-more', id: 'j' });
  await until('it is one too many', () => bob.heard('error').some(({ code }) => code === 'too-many-rooms'));
  // A state that other rules made is folded afresh by whoever comes upon it, and kept.
  const other = { room: 'chat/other-rules', epoch: 'e', events: [], bytes: 0, since: 0, lanes: 1, at: Date.now() };
  await system.log.commit({ ...other, from: 1, to: 1, state: {}, rules: 2 });
  ann.send({ action: 'sync', room: other.room });
  await until('ann is told', () => ann.heard('state').some(({ room }) => room === other.room));

  const uploaded = { action: 'upload', name: 'a.txt', type: 'text/plain', size: 1, id: 'u' };
  ann.send(uploaded);
  await until('there is a place for a file', () => ann.heard('upload').length > 0);
  const [permit] = ann.heard('upload');
  expect((await fetch(String(permit?.url), { method: 'PUT', body: 'x', headers: permit?.headers ?? {} })).status).toBe(
    200,
  );
  await s3.send(new PutObjectCommand({ Bucket: String(outputs.bucketName), Key: 'never.txt', Body: 'x' }));
  await until('a notice is given up', () => system.said.some((line) => line.startsWith('Gave up telling')));

  // Every function that clients reach closes whose token has ended; so does the sender.
  const messages = [
    { action: 'plus' },
    { action: 'ping' },
    { action: 'nothing' },
    { action: 'sync', room: 'chat/tea' },
    { action: 'sendMessage', to: 'ann', room: 'chat/tea', message: 'x' },
    uploaded,
  ];
  const exp = Math.floor(Date.now() / 1000) - 2;
  const ending = await Promise.all(messages.map(() => signIn('eve', exp)));
  const silent = await signIn('eve', exp);
  await silent.join('chat/tea');
  await until('the tokens have ended', () => Date.now() > (exp + 5) * 1000);
  const closed = [silent, ...ending].map(({ socket }) => once(socket, 'close'));
  for (const [place, client] of ending.entries())
    client.send({ ...messages[place], id: 'x' } as Parameters<typeof ann.send>[0]);
  await ann.append({ action: 'onMessage', room: 'chat/tea', message: 'Who is here?' });
  await Promise.all(closed);

  // The account is throttled: what could not be posted goes back into the queue.
  ann.send({ action: 'whoAmI' });
  await until('ann knows her connection', () => ann.texts.length > 0);
  throttled.add(String(ann.texts[0]));
  await bob.append({ action: 'onMessage', room: 'chat/tea', message: 'Later.' }).catch(() => {});
  const changes = () =>
    system.calls('send').ChangeMessageVisibilityBatch ?? system.calls('send').ChangeMessageVisibility;
  await until('it goes back', () => changes() !== undefined, 30_000);
  throttled.clear();
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: String(outputs.deliveriesQueueUrl),
      MessageBody: 'no delivery',
      MessageGroupId: 'chat/tea#0',
      MessageDeduplicationId: 'x',
    }),
  );
  await until('it is parked', async () => (await system.dead()) > 0);
  ann.socket.terminate();
  await bob.append({ action: 'onMessage', room: 'chat/tea', message: 'Gone?' });
  await bob.leave('chat/tea');

  const day = 24 * 3_600_000;
  for (const seq of [1, 2])
    await system.log.commit({
      ...{ room: 'counter/old', from: seq, to: seq, events: [], bytes: 0, state: seq, at: Date.now() - 9 * day },
      ...{ epoch: 'e', since: seq - 1, lanes: 1 },
    });
  await system.heads.append('counter/old', { id: 'x', type: 'plus', data: {}, by: 'x', connection: 'x', at: 1 });
  await until('it is folded', async () => (await system.log.page('counter/old', 1)) !== undefined);
  expect(await system.runtime.invoke('retention', {})).toMatchObject({ ok: true });
};

const all = (value: unknown): readonly string[] => [value].flat().map(String);
const matches = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '.*')}$`).test(text);

/** Each action that a role is granted, on each resource. */
const granted = (role: Resource): readonly (readonly [action: string, resource: string])[] =>
  resourcesOf(system.runtime.graph, 'aws:iam/rolePolicy:RolePolicy')
    .filter(({ inputs }) => inputs.role === role.outputs.name)
    .flatMap(({ inputs }) => JSON.parse(String(inputs.policy)).Statement as { Action: unknown; Resource: unknown }[])
    .flatMap(({ Action, Resource }) =>
      all(Action).flatMap((action) => all(Resource).map((on) => [action, on] as const)),
    );

it('grants nothing that is not made use of, and denies nothing that is needed', async () => {
  await everything();
  const roles = resourcesOf(system.runtime.graph, 'aws:iam/role:Role');
  const { permissions } = system.runtime.statistics();
  const idle = roles.flatMap((role) =>
    granted(role)
      .filter(([action]) => !unseen.some(([each]) => each === action))
      .filter(([action, on]) => {
        const used = permissions[String(role.outputs.name)] ?? [];
        return !used.some((each) => {
          const [name, about = ''] = each.split(' ');
          return name === action && (matches(on, about) || matches(on, `${about}x`));
        });
      })
      .map(([action, on]) => `${role.name}: ${action} on ${on}`),
  );
  expect(idle).toEqual([]);
  expect(system.logged.filter((line) => line.includes('AccessDenied') || line.includes('not authorized'))).toEqual([]);
});

it('grants on everything only what has no resources of its own', () => {
  const roles = resourcesOf(system.runtime.graph, 'aws:iam/role:Role');
  expect(roles.flatMap(granted).filter(([action, on]) => on === '*' || action.includes('*'))).toEqual([]);
});
