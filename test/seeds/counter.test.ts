import { expect, it } from 'vitest';
import { until } from '../system/until.ts';
import { hears, idOf, seed } from './seed.ts';

const counter = seed();
const room = 'counter/global-counter';
/** The room is shared by the tests of this file: each begins with the value that the one before ended with. */
let value = 0;

it('begins without a seeded row, with the first click', async () => {
  const [ann] = await counter.clients('ann');
  expect(await counter.system.heads.version(room)).toBe(0);
  ann.send({ action: 'plus' });
  value += 1;
  const [first = ''] = await hears(ann, 1);
  expect(JSON.parse(first)).toMatchObject({ type: 'state', value });
});

it('tells everyone, the sender included, of plus and of minus, whatever other keys there are', async () => {
  const [ann, bob] = await counter.clients('ann', 'bob');
  ann.send({ action: 'plus', value: 41, type: 'state' });
  await Promise.all([ann.shows(value + 1), bob.shows(value + 1)]);
  bob.send({ action: 'minus', by: 7 });
  await Promise.all([ann.shows(value), bob.shows(value)]);
  expect(ann.last().type).toBe('state');
});

it('never announces one value for two clicks at once: the last message is the sum', async () => {
  const clients = await counter.clients('ann', 'bob', 'cid');
  for (let click = 0; click < 10; click += 1) for (const client of clients) client.send({ action: 'plus' });
  value += 30;
  await Promise.all(clients.map((client) => client.shows(value)));
  await counter.delivered();
  for (const client of clients) {
    const shown = client.messages.map((message) => JSON.parse(message) as { value: number; version: number });
    expect(shown.at(-1)?.value).toBe(value);
    // One version has one value, so that two clicks are two values.
    for (const { value: each, version } of shown) expect(each - value).toBe(version - (shown.at(-1)?.version ?? 0));
  }
});

it('tells all others when a connection is dead in the middle of them, and forgets it', async () => {
  const [ann, broken, zoe] = await counter.clients('ann', 'broken', 'zoe');
  const brokenId = await idOf(broken);
  const dead = await counter.deadConnection(room);
  ann.send({ action: 'plus' });
  broken.socket.terminate();
  zoe.send({ action: 'plus' });
  value += 2;
  await Promise.all([ann.shows(value), zoe.shows(value)]);
  await until('the dead are forgotten', async () => {
    const members = await counter.system.connections.members(room);
    return members.every(({ connection }) => connection !== dead && connection !== brokenId);
  });
  expect(await counter.system.connections.get(dead)).toBeUndefined();
});
