import { AwsError } from 'pulumi-local';
import { expect, it, onTestFinished } from 'vitest';
import { chat } from '../../domain/kinds/chat.ts';
import type { PlainClient } from './client.ts';
import { type System, startSystem } from './system.ts';
import { until } from './until.ts';

const room = 'chat/lobby';

const present = async ({ log }: System): Promise<readonly string[]> => {
  const { state } = await log.latest<typeof chat.initial>(room, chat as never);
  return state.present.map(({ connection }) => connection);
};

const idOf = async (client: PlainClient): Promise<string> => {
  client.send({ action: 'whoAmI' });
  await until('a client knows who it is', () => client.messages.length > 0);
  return client.messages[0] ?? '';
};

/** The state once these are in it, in any order. */
const shows = async (system: System, ...ids: readonly string[]) => {
  const expected = ids.toSorted().join();
  await until(`those present are ${expected}`, async () => (await present(system)).toSorted().join() === expected);
};

it('keeps who is in the room in the state of a chat, in the order in which they came', async () => {
  const system = await startSystem();
  onTestFinished(() => system.close());
  const ann = await system.connect();
  const annId = await idOf(ann);
  await shows(system, annId);
  const bob = await system.connect();
  const bobId = await idOf(bob);
  await shows(system, annId, bobId);
  expect(await present(system)).toEqual([annId, bobId]);

  await ann.close();
  await shows(system, bobId);
  bob.socket.terminate();
  await shows(system);
  const events = (await system.log.pages(room, 1, Number.MAX_SAFE_INTEGER)).flatMap((page) => page.events);
  expect(events.filter(({ refused }) => refused === undefined).map(({ type, by }) => `${type} ${by}`)).toEqual([
    `joined ${annId}`,
    `joined ${bobId}`,
    `left ${annId}`,
    `left ${bobId}`,
  ]);
});

it('takes those out whose $disconnect never came through, when a post finds nobody', async () => {
  const system = await startSystem({
    layers: [
      ({ caller }, next) => {
        if (caller.kind === 'function' && caller.name === 'disconnect')
          throw new AwsError('ValidationException', '$disconnect never comes through.');
        return next();
      },
    ],
  });
  onTestFinished(() => system.close());
  const ann = await system.connect();
  const annId = await idOf(ann);
  const dead = 'btvXRd6dliACF-A=';
  // Open for longer than a connection may take to open, in which time a 410 says nothing.
  await system.connections.add({ id: dead, wire: 'plain', rooms: [room], at: Date.now() - 60_000 });
  await shows(system, annId, dead);

  ann.send({ action: 'onMessage', message: 'Is there anybody?' });
  await shows(system, annId);
  expect(await system.connections.get(dead)).toBeUndefined();
});

it('does not keep who counts', async () => {
  const system = await startSystem();
  onTestFinished(() => system.close());
  const ann = await system.connect();
  ann.send({ action: 'plus' });
  await ann.shows(1);
  await shows(system, await system.connections.members(room).then(([member]) => member?.connection ?? ''));
  expect(await system.heads.version('counter/global-counter')).toBe(1);
});
