import { expect, it } from 'vitest';
import { hears, idOf, seed } from './seed.ts';

const terminals = seed();
const to = (connectionId: unknown, message: unknown) => ({ action: 'sendMessage', connectionId, message });

it('tells the caller alone who it is: plain text, no quotes, no newline', async () => {
  const [ann, bob] = await terminals.clients('ann', 'bob');
  const [annId, bobId] = [await idOf(ann), await idOf(bob)];
  expect(annId).toMatch(/^[\w-]+=$/);
  expect(bobId).not.toBe(annId);
  expect([ann.messages, bob.messages]).toEqual([[annId], [bobId]]);
});

it('sends a message to that connection alone, as plain text', async () => {
  const [ann, bob, cid] = await terminals.clients('ann', 'bob', 'cid');
  ann.send(to(await idOf(bob), 'Hi! :)'));
  expect((await hears(bob, 2))[1]).toBe('Hi! :)');
  await terminals.delivered();
  expect([ann.messages, cid.messages]).toEqual([[], []]);
});

it('sends a message to oneself', async () => {
  const [ann] = await terminals.clients('ann');
  ann.send(to(await idOf(ann), 'a note'));
  expect((await hears(ann, 2))[1]).toBe('a note');
});

it.each(['\n', '\r\n', '  \t', '\n\n'])('takes white space after the JSON: %j', async (space) => {
  const [ann, bob] = await terminals.clients('ann', 'bob');
  ann.send(`{"action":"whoAmI"}${space}`);
  const [annId = ''] = await hears(ann, 1);
  bob.send(` ${JSON.stringify(to(annId, 'Hi! :)'))}${space}`);
  expect((await hears(ann, 2))[1]).toBe('Hi! :)');
});

const closed = async (): Promise<string> => {
  const [gone] = await terminals.clients('gone');
  const id = await idOf(gone);
  await gone.close();
  return id;
};

it.each([
  ['has closed', closed],
  ['died unnoticed', () => terminals.deadConnection()],
  ['has never been', async () => 'btvXRd6dliACF-A='],
  ['could never be', async () => 'nobody/../@connections'],
])('tells the sender, and nobody else, that the connection %s', async (_, connection) => {
  const id = await connection();
  const [ann, bob] = await terminals.clients('ann', 'bob');
  ann.send(to(id, 'Is there anybody?'));
  expect(await ann.error()).toBe('no-such-connection');
  await terminals.delivered();
  expect(ann.messages).toHaveLength(1);
  expect(bob.messages).toEqual([]);
  expect(await terminals.system.connections.get(id)).toBeUndefined();
});

it.each([
  ['no connection', { action: 'sendMessage', message: 'Hi' }],
  ['no message', { action: 'sendMessage', connectionId: 'btvXRd6dliACF-A=' }],
  ['a message that is no text', to('btvXRd6dliACF-A=', 5)],
])('tells the sender of %s', async (_, wrong) => {
  const [ann] = await terminals.clients('ann');
  ann.send(wrong);
  expect(await ann.error()).toBe('invalid-action');
});
