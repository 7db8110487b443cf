import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { chat } from '../../domain/kinds/chat.ts';
import { type AckMessage, parseServerMessage } from '../../domain/protocol.ts';
import { type Client, connectV1 } from './client-v1.ts';
import { startReady } from './command.ts';
import { counted, eventsOf, lastOf, newRoom, reaches, say, told } from './rooms.ts';
import { type System, startSystem, unlimited } from './system.ts';
import { until } from './until.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem(unlimited);
}, 120_000);
afterAll(() => system.close());

const connect = async (): Promise<Client> => {
  const client = await connectV1(system.url);
  onTestFinished(() => client.close());
  return client;
};

const letter = () => String.fromCharCode(65 + Math.floor(Math.random() * 26));
const newGame = () => Array.from({ length: 4 }, letter).join('');

/** Members of a new room, who all know that all of them are in. */
const membersOf = async (room: string, count: number): Promise<Client[]> => {
  const clients: Client[] = [];
  for (let index = 1; index <= count; index += 1) {
    const client = await connect();
    clients.push(client);
    await client.join(room);
    await until('its coming is told', async () => (await eventsOf(system, room)).length >= index);
  }
  for (const client of clients) await reaches(client, room, await system.heads.version(room));
  return clients;
};

it('[C1] has everything in the log that it acknowledged before it was killed', async () => {
  const data = await mkdtemp(join(tmpdir(), 'foldcast-data-'));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const before = await startReady(['--data', data]);
  const ann = await connectV1(before.url.href);
  const acks: AckMessage[] = [];
  ann.socket.on('message', (text) => {
    const message = parseServerMessage(String(text));
    if (message?.type !== 'ack') return;
    acks.push(message);
    before.signal('SIGKILL');
  });
  for (let index = 0; index < 40; index += 1) ann.send({ ...say('chat/kept', `m${index}`), id: `id-${index}` });
  expect(await before.ended).toBe('SIGKILL');
  expect(acks.length).toBeGreaterThan(0);

  const after = await startReady(['--data', data]);
  const kept = new Map((await eventsOf(after, 'chat/kept')).map(({ id, seq }) => [id, seq]));
  for (const { id, seq } of acks) expect(kept.get(id)).toBe(seq);
}, 120_000);

it('acknowledges to the sender alone, with the place in the log', async () => {
  const room = newRoom();
  const [ann, bob] = (await membersOf(room, 2)) as [Client, Client];
  const ack = await ann.act({ ...say(room, 'Hi'), id: 'mine' });
  const last = (await eventsOf(system, room)).at(-1);
  const { epoch } = await system.log.latest(room, chat);
  expect(ack).toEqual({ type: 'ack', room, epoch, id: 'mine', seq: last?.seq });
  expect(last).toMatchObject({ id: 'mine', type: 'onMessage', data: { message: 'Hi' } });
  for (const member of [ann, bob]) await reaches(member, room, lastOf(await eventsOf(system, room)));
  expect(bob.heard('ack')).toEqual([]);
  expect(bob.room(room).events.at(-1)).toEqual(ann.room(room).events.at(-1));
});

it('acknowledges to a sender that has not joined, and casts nothing to it', async () => {
  const room = newRoom();
  const ann = await connect();
  expect(await ann.act(say(room, 'Hi'))).toMatchObject({ type: 'ack', seq: 1 });
  expect(ann.messages).toHaveLength(1);
});

it('[F6] counts an action once that is sent again on the same connection, and acknowledges it as the first', async () => {
  const room = newRoom();
  const ann = await connect();
  const first = await ann.act({ ...say(room, 'once'), id: 'mine' });
  for (let index = 0; index < 5; index += 1) await ann.act(say(room, `later ${index}`));
  expect(await ann.act({ ...say(room, 'once'), id: 'mine', retry: true })).toEqual(first);
  const events = await eventsOf(system, room);
  expect(events.filter(({ id }) => id === 'mine').map(({ refused }) => refused)).toEqual([undefined, 'duplicate']);
});

it('[F6] counts an action once that is sent again on a new connection', async () => {
  const room = newRoom();
  const before = await connect();
  const id = randomUUID();
  before.send({ ...say(room, 'once'), id });
  before.socket.terminate();
  const after = await connect();
  await until('it was appended', async () => (await system.heads.version(room)) === 1);
  expect(await after.act({ ...say(room, 'once'), id, retry: true })).toMatchObject({ type: 'ack', id, seq: 1 });
  expect(counted(await eventsOf(system, room))).toEqual([1]);
});

it('[F6] answers a refused action that is sent again as the first time', async () => {
  const ann = await connect();
  const gone = { action: 'updateGame', gameAction: 'joinGame', gameId: newGame(), id: 'mine' };
  const first = await ann.act(gone);
  expect(first).toMatchObject({ type: 'refused', reason: 'no-such-game' });
  expect(await ann.act({ ...gone, retry: true })).toEqual(first);
});

it('keeps the order of a client that waits for each answer, among others that do not', async () => {
  const room = newRoom();
  const [ann, bob] = (await membersOf(room, 2)) as [Client, Client];
  const mine: string[] = [];
  for (let index = 0; index < 30; index += 1) {
    bob.send(say(room, `bob ${index}`));
    mine.push(`ann ${index}`);
    await ann.act(say(room, `ann ${index}`));
  }
  const events = await eventsOf(system, room);
  const texts = events.map(({ data }) => String((data as { message?: string }).message));
  expect(texts.filter((text) => text.startsWith('ann'))).toEqual(mine);
  await reaches(bob, room, counted(events).at(-1) ?? 0);
  expect(told(bob, room, lastOf(events))).toEqual(counted(events, bob.heard('state')[0]?.version));
});

it('tells of a refused action its sender alone', async () => {
  const gameId = newGame();
  const room = `game/${gameId}`;
  const act = (gameAction: string, more: object) => ({ action: 'updateGame', gameAction, gameId, ...more });
  const [ann, bob] = [await connect(), await connect()];
  const create = act('createGame', { game: { round: 1, lastUpdateTime: 10 }, id: randomUUID() });
  expect(await ann.act(create)).toMatchObject({ type: 'ack' });
  await bob.join(room);
  await until('his coming is told', () => JSON.stringify(bob.room(room).state).match(/"present":\[\{.+\},\{.+\}\]/));
  await until('all deliveries are done', async () => (await system.queued()) === 0);

  const before = [ann.messages.length, bob.messages.length];
  const update = (round: number, lastUpdateTime: number) =>
    act('updateGame', { updatedItems: { round, lastUpdateTime, currentUpdateTime: 20 } });
  expect(await ann.act({ ...create, retry: true })).toMatchObject({ type: 'ack', seq: 1 });
  expect(await ann.act(act('createGame', { game: {} }))).toMatchObject({ type: 'refused', reason: 'game-exists' });
  expect(await ann.act(update(5, 1))).toMatchObject({ type: 'refused', reason: 'stale' });
  expect(ann.messages.slice(before[0]).map(({ type }) => type)).toEqual(['ack', 'refused', 'refused']);
  expect(await ann.act(update(2, 10))).toMatchObject({ type: 'ack' });
  await reaches(bob, room, await system.heads.version(room));
  expect(bob.messages.at(-1)).toMatchObject({ type: 'state', state: { document: { round: 2 } } });
  expect(new Set(bob.messages.slice(before[1]).map(({ type }) => type))).toEqual(new Set(['state']));
});

it('keeps two rooms apart', async () => {
  const [tea, milk] = [newRoom(), newRoom()];
  const [ann, bob] = [await connect(), await connect()];
  await ann.join(tea);
  await bob.join(tea);
  await bob.join(milk);
  for (let index = 0; index < 10; index += 1)
    await Promise.all([ann.act(say(tea, `tea ${index}`)), ann.act(say(milk, `milk ${index}`))]);
  for (const room of [tea, milk]) {
    const events = await eventsOf(system, room);
    await reaches(bob, room, counted(events).at(-1) ?? 0);
    const version = bob.heard('state').find((state) => state.room === room)?.version;
    expect(told(bob, room, lastOf(events))).toEqual(counted(events, version));
  }
  expect(ann.room(milk).events).toEqual([]);
});

it('tells who has left no more', async () => {
  const room = newRoom();
  const [ann, bob] = (await membersOf(room, 2)) as [Client, Client];
  await bob.leave(room);
  await until('his going is told', () => ann.room(room).events.at(-1)?.type === 'left');
  await until('all deliveries are done', async () => (await system.queued()) === 0);
  const before = bob.messages.length;
  await ann.act(say(room, 'Is he gone?'));
  await until('all deliveries are done', async () => (await system.queued()) === 0);
  expect(bob.messages).toHaveLength(before);
});

/** The id of a client's connection, as the server says it. */
const idOf = async (client: Client): Promise<string> => {
  client.send({ action: 'whoAmI' });
  await until('a client knows who it is', () => client.texts.length > 0);
  return client.texts[0] ?? '';
};

it.each([
  '{"type":"ack","room":"chat/forged","id":"mine","seq":1}',
  '{"type":"state","room":"chat/forged","version":9,"state":{}}',
  'Hi! :)',
])('names the sender of a message from another connection, which passes for nothing else: %s', async (message) => {
  const [ann, bob, pia] = [await connect(), await connect(), await system.connect()];
  const annId = await idOf(ann);
  bob.send({ action: 'sendMessage', connectionId: annId, message });
  await until('she is told', () => ann.messages.length > 0);
  expect(ann.messages).toEqual([{ type: 'message', from: await idOf(bob), message }]);
  expect(ann.texts).toEqual([annId]);

  pia.send({ action: 'sendMessage', connectionId: annId, message });
  await until('she is told by one on the plain wire', () => ann.messages.length > 1);
  expect(ann.messages[1]).toMatchObject({ type: 'message', message });
});

it.each([
  [{ action: 'join', room: 'nothing/here' }, 'no-such-room'],
  [{ action: 'join', room: 'chat' }, 'no-such-room'],
  [{ action: 'sync', room: 'chat/a b' }, 'no-such-room'],
  [{ action: 'leave', room: '__proto__/a' }, 'no-such-room'],
  [{ action: 'join' }, 'invalid-action'],
  [{ action: 'join', room: 'chat/a', since: -1 }, 'invalid-action'],
  [{ action: 'onMessage', room: 'counter/a', message: 'Hi' }, 'no-such-room'],
  [{ action: 'onMessage', room: 'chat/a' }, 'invalid-action'],
  [{ action: 'shout', room: 'chat/a' }, 'unknown-action'],
  [{ action: 'sendMessage', connectionId: 'nobodyHere=', message: 'Hi' }, 'no-such-connection'],
])('[A2] answers %j with %s, under its id', async (action, code) => {
  const ann = await connect();
  expect(await ann.act({ ...action, id: 'mine' })).toMatchObject({ type: 'error', code, id: 'mine' });
});
