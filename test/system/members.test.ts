import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { AwsError } from 'pulumi-local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, connectV1 } from './client-v1.ts';
import { eventsOf, newRoom, reaches } from './rooms.ts';
import { type System, startSystem } from './system.ts';
import { until } from './until.ts';

let system: System;
/** Whether `$disconnect` comes through: AWS promises no more than to try. */
let disconnects = true;
beforeAll(async () => {
  system = await startSystem({
    layers: [
      ({ caller }, next) => {
        if (!disconnects && caller.kind === 'function' && caller.name === 'disconnect')
          throw new AwsError('ValidationException', '$disconnect never comes through.');
        return next();
      },
    ],
  });
}, 120_000);
afterAll(() => system.close());

const idOf = async (client: Client): Promise<string> => {
  client.send({ action: 'whoAmI' });
  await until('it knows its id', () => client.texts.length > 0);
  return client.texts[0] ?? '';
};

/** Who came and who went, as a client was told: those of one event one by one. */
const cameAndWent = (client: Client, room: string) =>
  client.room(room).events.flatMap(({ type, by, data }) => {
    if (type !== 'joined' && type !== 'left') return [];
    const { members = [{ user: by }] } = data as { members?: readonly { user: string }[] };
    return members.map(({ user }) => ({ type, by: user }));
  });

it('tells a room who comes and who goes, and newcomers who is there', async () => {
  const room = newRoom();
  const [ann, bob] = [await connectV1(system.url), await connectV1(system.url)];
  const [annId, bobId] = [await idOf(ann), await idOf(bob)];
  await ann.join(room);
  await until('her coming is told', () => ann.room(room).events.length === 1);
  await bob.join(room);
  expect(bob.heard('state')[0]?.state).toMatchObject({
    present: expect.arrayContaining([{ connection: annId, user: annId }]),
  });
  await until('his coming is told', () => ann.room(room).events.length === 2);
  await bob.leave(room);
  await until('his going is told', () => ann.room(room).events.length === 3);
  await bob.join(room);
  await until('his coming is told again', () => ann.room(room).events.length === 4);
  bob.socket.terminate();
  await until('his end is told', () => ann.room(room).events.length === 5);
  expect(cameAndWent(ann, room).map(({ type, by }) => [type, by])).toEqual([
    ['joined', annId],
    ['joined', bobId],
    ['left', bobId],
    ['joined', bobId],
    ['left', bobId],
  ]);
  await ann.close();
}, 120_000);

it('counts nobody twice who joins twice', async () => {
  const room = newRoom();
  const ann = await connectV1(system.url);
  await ann.join(room);
  // Within a second she is told to slow down.
  await until('she has joined again', () => {
    ann.send({ action: 'join', room });
    return ann.heard('state').length > 1;
  });
  const seq = await ann.append({ action: 'onMessage', room, message: 'Am I here?' });
  await reaches(ann, room, seq);
  await until('her coming is told', async () => (await eventsOf(system, room)).some(({ type }) => type === 'joined'));
  expect((await eventsOf(system, room)).filter(({ type }) => type === 'joined')).toHaveLength(1);
  await ann.close();
}, 120_000);

it('[S1] tells of one who vanished without $disconnect as soon as a post finds nobody', async () => {
  const room = newRoom();
  const [ann, bob] = [await connectV1(system.url), await connectV1(system.url)];
  const bobId = await idOf(bob);
  await ann.join(room);
  await bob.join(room);
  await until('his coming is told', () => cameAndWent(ann, room).length === 2);
  // As if it had been open for a while: a 410 from a connection that is just opening does not mean that it is gone.
  await system.database.send(
    new UpdateCommand({
      TableName: String(system.runtime.graph.outputs.connectionsTable),
      Key: { pk: `connection#${bobId}`, sk: 'connection' },
      UpdateExpression: 'SET #at = :at',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':at': Date.now() - 60_000 },
    }),
  );
  disconnects = false;
  bob.socket.terminate();
  await until('$disconnect has failed', () => (system.runtime.statistics().functions.disconnect?.errors ?? 0) > 0);
  disconnects = true;
  expect(cameAndWent(ann, room)).toHaveLength(2);

  await ann.act({ action: 'onMessage', room, message: 'Are you there?' });
  await until('his end is told', () => cameAndWent(ann, room).length === 3);
  expect(cameAndWent(ann, room).at(-1)).toMatchObject({ type: 'left', by: bobId });
  await ann.close();
}, 120_000);
