import { expect, it } from 'vitest';
import { until } from '../system/until.ts';
import { hears, seed } from './seed.ts';

const chat = seed();
const room = 'chat/lobby';
const say = (message: unknown) => ({ action: 'onMessage', message });

it('sends everyone, the sender included, the message as plain text', async () => {
  const [ann, bob] = await chat.clients('ann', 'bob');
  ann.send(say('Hi from websocket!'));
  expect(await hears(ann, 1)).toEqual(['Hi from websocket!']);
  expect(await hears(bob, 1)).toEqual(['Hi from websocket!']);
  bob.send(say(' "quoted"\n\t{"action":"plus"} 🎈 ü '));
  expect((await hears(ann, 2))[1]).toBe(' "quoted"\n\t{"action":"plus"} 🎈 ü ');
  expect((await hears(bob, 2))[1]).toBe(' "quoted"\n\t{"action":"plus"} 🎈 ü ');
});

it.each([
  ['is missing', { action: 'onMessage' }],
  ['is a number', say(5)],
  ['is an object', say({ text: 'Hi' })],
  ['is null', say(null)],
])('tells the sender, and nobody else anything, when the message %s', async (_, wrong) => {
  const [ann, bob] = await chat.clients('ann', 'bob');
  ann.send(wrong);
  expect(await ann.error()).toBe('invalid-action');
  expect(ann.last().message).toContain('message');
  bob.send(say('still here'));
  await Promise.all([hears(ann, 2), hears(bob, 1)]);
  await chat.delivered();
  expect(ann.messages.slice(1)).toEqual(['still here']);
  expect(bob.messages).toEqual(['still here']);
});

it('delivers characters that a queue on the way does not take as they are', async () => {
  const [ann] = await chat.clients('ann');
  const odd = '\u0000 \u001f \u007f \uffff \ufffe';
  ann.send(say(odd));
  expect(await hears(ann, 1)).toEqual([odd]);
});

it('delivers each of many long messages that were sent at once', async () => {
  const clients = await chat.clients('ann', 'bob', 'cid', 'dot');
  const sent = clients.flatMap((_, client) =>
    Array.from({ length: 100 }, (__, number) => `${client} ${number} ${'€'.repeat(1300)}`),
  );
  for (const [index, text] of sent.entries()) clients[index % clients.length]?.send(say(text));
  await Promise.all(
    clients.map((client) => until('all have arrived', () => client.messages.length === sent.length, 30_000)),
  );
  const [first] = clients;
  expect(first.messages.toSorted()).toEqual(sent.toSorted());
  for (const client of clients) expect(client.messages).toEqual(first.messages);
}, 120_000);

it('tells all others when a connection is dead in the middle of them, and forgets it', async () => {
  const [ann, broken, zoe] = await chat.clients('ann', 'broken', 'zoe');
  const dead = await chat.deadConnection(room);
  ann.send(say('one'));
  broken.socket.terminate();
  zoe.send(say('two'));
  const heard = await hears(ann, 2);
  expect(heard.toSorted()).toEqual(['one', 'two']);
  expect(await hears(zoe, 2)).toEqual(heard);
  await until('only those are left who are there', async () => {
    const members = await chat.system.connections.members(room);
    return members.length === 2 && members.every(({ connection }) => connection !== dead);
  });
});
