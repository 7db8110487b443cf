import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { AwsError, type Layer, type RuntimeOptions } from 'pulumi-local';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { PlainClient } from './client.ts';
import { impatientProject } from './project.ts';
import { type System, startSystem } from './system.ts';
import { until } from './until.ts';
import { endsAt, room } from './whole.ts';

// Each test starts a system of its own: a limit for a machine that is busy with others.
vi.setConfig({ testTimeout: 60_000 });

const start = async (options: Partial<RuntimeOptions> = {}): Promise<System> => {
  const system = await startSystem(options);
  onTestFinished(() => system.close());
  return system;
};

const several = (system: System, count: number): Promise<PlainClient[]> =>
  Promise.all(Array.from({ length: count }, () => system.connect()));

/** A client, and the id that API Gateway gave it. Connect no other meanwhile. */
const known = async (system: System): Promise<PlainClient & { readonly id: string }> => {
  const ids = async () => (await system.connections.members(room)).map(({ connection }) => connection);
  const before = new Set(await ids());
  const client = await system.connect();
  return { ...client, id: (await ids()).find((id) => !before.has(id)) ?? '' };
};

const clickAll = (clients: readonly PlainClient[], times: number) => {
  for (let click = 0; click < times; click += 1) for (const client of clients) client.send({ action: 'plus' });
};

const by = (functionName: string, { caller }: Parameters<Layer>[0]) =>
  caller.kind === 'function' && caller.name === functionName;

it('[F2] counts every click once when batches are delivered twice', async () => {
  const system = await start({ redeliver: 0.5 });
  const clients = await several(system, 5);
  for (let wave = 1; wave <= 8; wave += 1) {
    clickAll(clients, 2);
    await Promise.all(clients.map((client) => client.shows(wave * 10)));
  }
  const { events } = await endsAt(system, clients, 80);
  expect(events).toHaveLength(80);
  const foldedAgain = system.logged.filter((line) => line.startsWith('fold ') && line.includes('"events":0'));
  expect(foldedAgain.length).toBeGreaterThan(0);
});

it('[F2] casts when the queue takes nothing after the page was written', async () => {
  let failures = 0;
  const system = await start({
    layers: [
      (call, next) => {
        // Three tries are one of the SDK's calls: the fold fails twice.
        if (!by('fold', call) || call.operation !== 'SendMessageBatch' || failures === 6) return next();
        failures += 1;
        throw new AwsError('InternalFailure', 'The queue is not there.', 500);
      },
    ],
  });
  const clients = await several(system, 4);
  // One click, so that no later batch brings what this one failed to.
  clients[0]?.send({ action: 'plus' });
  await endsAt(system, clients, 1);
  expect(failures).toBe(6);
  clickAll(clients, 3);
  const { events } = await endsAt(system, clients, 13);
  expect(events).toHaveLength(13);
});

it('[F2] casts when a fold is cut off by its time limit after the page was written', async () => {
  let cutOff = 0;
  const system = await start({
    project: await impatientProject('fold'),
    layers: [
      (call, next) => {
        if (!by('fold', call) || call.operation !== 'SendMessageBatch' || cutOff > 0) return next();
        cutOff += 1;
        return new Promise(() => {});
      },
    ],
  });
  const clients = await several(system, 4);
  clients[0]?.send({ action: 'plus' });
  await endsAt(system, clients, 1);
  expect(cutOff).toBe(1);
  clickAll(clients, 3);
  const { events } = await endsAt(system, clients, 13);
  expect(events).toHaveLength(13);
  expect(system.runtime.statistics().functions.fold?.errors).toBeGreaterThan(0);
});

it('[S1] forgets a connection that died without a word, and the others miss nothing', async () => {
  const system = await start({
    layers: [
      (call, next) => {
        if (by('disconnect', call)) throw new AwsError('ValidationException', '$disconnect never comes through.');
        return next();
      },
    ],
  });
  const dead = await known(system);
  const clients = await several(system, 4);
  // As if it had been open for a while: a 410 from a connection that is just opening does not mean that it is gone.
  await system.database.send(
    new UpdateCommand({
      TableName: String(system.runtime.graph.outputs.connectionsTable),
      Key: { pk: `connection#${dead.id}`, sk: 'connection' },
      UpdateExpression: 'SET #at = :at',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':at': Date.now() - 60_000 },
    }),
  );
  dead.socket.terminate();
  await until('$disconnect has failed', () => (system.calls('disconnect').GetItem ?? 0) > 0);
  expect(await system.connections.members(room)).toHaveLength(5);

  clickAll(clients, 5);
  await endsAt(system, clients, 20);
  await until('its record is gone', async () => (await system.connections.get(dead.id)) === undefined);
  const members = (await system.connections.members(room)).map(({ connection }) => connection);
  expect(members).toHaveLength(4);
  expect(members).not.toContain(dead.id);
});

it('[S1] tries a throttled connection again, alone, and the others do not wait for it', async () => {
  let throttled = '';
  let refused = 0;
  const system = await start({
    layers: [
      ({ operation, input }, next) => {
        if (operation !== 'PostToConnection' || input.ConnectionId !== throttled) return next();
        refused += 1;
        throw new AwsError('LimitExceededException', 'Rate exceeded', 429);
      },
    ],
  });
  const slow = await known(system);
  const others = await several(system, 4);
  throttled = slow.id;
  slow.send({ action: 'plus' });
  await Promise.all(others.map((client) => client.shows(1)));
  // As often as the SDK tries: after that it is up to us.
  await until('its post has failed', () => refused === 3);
  expect(slow.messages).toEqual([]);

  throttled = '';
  await endsAt(system, [slow, ...others], 1);
  clickAll([slow, ...others], 2);
  await endsAt(system, [slow, ...others], 11);
  expect(await system.connections.members(room)).toHaveLength(5);
});
