import { randomUUID } from 'node:crypto';
import pMap from 'p-map';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { chat } from '../../domain/kinds/chat.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { type Client, connectV1 } from './client-v1.ts';
import type { Known } from './room-view.ts';
import { counted, eventsOf, lastOf, newRoom, reaches, say, told } from './rooms.ts';
import { type System, startSystem, unlimited } from './system.ts';
import { until } from './until.ts';

let system: System;
/** Called between a joining client's reading of a log and the answer to that call. */
let amid: (() => Promise<void>) | undefined;
beforeAll(async () => {
  system = await startSystem({
    ...unlimited,
    layers: [
      async ({ caller, operation, input }, next) => {
        const answer = await next();
        const reads = operation === 'Query' && String(input.TableName).includes('log');
        if (reads && caller.kind === 'function' && caller.name === 'membership') await amid?.();
        return answer;
      },
    ],
  });
}, 120_000);
afterAll(() => system.close());

const connect = async (): Promise<Client> => {
  const client = await connectV1(system.url);
  onTestFinished(() => client.close());
  return client;
};

/** Puts messages on a room's log as if somebody had sent them. */
const append = (room: string, messages: readonly string[]): Promise<unknown> =>
  pMap(
    messages,
    (message) => {
      const sender = { by: 'somebody', connection: 'somebody', at: Date.now() };
      return system.heads.append(room, { id: randomUUID(), type: 'onMessage', data: { message }, ...sender });
    },
    { concurrency: 20 },
  );

const several = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index} ${'x'.repeat(100)}`);

it.each([1, 100, 5000])(
  'sends a client that comes back the %i events that it missed, in order and once each',
  async (count) => {
    const room = newRoom();
    const before = await connect();
    await before.join(room);
    await reaches(before, room, await before.append(say(room, 'Back in a moment.')));
    const known = before.room(room).known as Known;
    const since = known.version;
    await before.close();
    await append(room, several(count));
    await eventsOf(system, room);

    const after = await connect();
    await after.join(room, known);
    await after.act(say(room, 'I am back.'));
    const events = await eventsOf(system, room);
    await reaches(after, room, counted(events).at(-1) ?? 0);
    expect(counted(events, since).length).toBeGreaterThan(count);
    expect(told(after, room, lastOf(events))).toEqual(counted(events, since));
    expect(after.heard('state')).toEqual([]);
    expect(after.largest()).toBeLessThanOrEqual(128 * 1024);
    const recovered = after.heard('events').filter((message) => message.recovered);
    expect(recovered[0]).toMatchObject({ type: 'events', room, from: since + 1 });
    expect(recovered.length).toBeGreaterThanOrEqual(Math.ceil((count * 150) / (128 * 1024)));
  },
  120_000,
);

it('answers a client that has missed nothing with no events', async () => {
  const room = newRoom();
  await append(room, several(2));
  await eventsOf(system, room);
  const ann = await connect();
  const { epoch } = await system.log.latest(room, chat);
  ann.send({ action: 'sync', room, since: 2, epoch });
  await until('an answer', () => ann.messages.length > 0);
  expect(ann.messages).toEqual([{ type: 'events', room, epoch, from: 3, to: 2, recovered: true, events: [] }]);
});

it('gives the state to a client that knows of a later event than there is', async () => {
  const room = newRoom();
  await append(room, several(2));
  await eventsOf(system, room);
  const ann = await connect();
  const { epoch } = await system.log.latest(room, chat);
  ann.send({ action: 'sync', room, since: 3, epoch });
  await until('an answer', () => ann.messages.length > 0);
  expect(ann.messages).toMatchObject([{ type: 'state', room, version: 2 }]);
});

it('gives a client that comes back to a counter one state, whatever it missed', async () => {
  const room = 'counter/global-counter';
  const [ann, bob] = [await connect(), await connect()];
  await ann.join(room);
  const known = ann.room(room).known as Known;
  await ann.close();
  for (let click = 0; click < 5; click += 1) await bob.act({ action: 'plus' });
  const again = await connect();
  await again.join(room, known);
  const [state, ...others] = again.messages;
  expect(state).toMatchObject({ type: 'state', room, version: known.version + 5 });
  for (const other of others) expect(other).toEqual(state);
});

it.each(['chat/between', 'counter/global-counter'])(
  '[C2] casts to one who is joining %s what its reading came too early for',
  async (room) => {
    const [ann, bob] = [await connect(), await connect()];
    amid = async () => {
      amid = undefined;
      await bob.act(room.startsWith('chat') ? say(room, 'Between.') : { action: 'plus' });
      await until('all deliveries are done', async () => (await system.queued()) === 0);
    };
    await ann.join(room);
    expect(amid).toBeUndefined();
    const events = await eventsOf(system, room);
    await reaches(ann, room, counted(events).at(-1) ?? 0);
    expect(ann.room(room).syncs).toBe(0);
    if (room.startsWith('chat')) expect(told(ann, room, lastOf(events))).toEqual(counted(events));
    else expect(ann.room(room).state).toBe((await system.log.latest(room, counter)).state);
  },
  60_000,
);

it('[C2] lets nobody who joins amid casts miss an event or go back', async () => {
  const [lively, clicks] = [newRoom(), 'counter/global-counter'];
  const writers = await Promise.all([connect(), connect()]);
  let over = false;
  const writing = writers.map(async (writer, number) => {
    for (let index = 0; !over; index += 1)
      await Promise.all([writer.act(say(lively, `${number} ${index}`)), writer.act({ action: 'plus' })]);
  });
  const joined: Client[] = [];
  for (let round = 0; round < 10; round += 1) {
    const some = await Promise.all([connect(), connect()]);
    await Promise.all(some.map((client) => Promise.all([client.join(lively), client.join(clicks)])));
    joined.push(...some);
  }
  over = true;
  await Promise.all(writing);

  const events = await eventsOf(system, lively);
  const clicked = (await eventsOf(system, clicks)).at(-1)?.seq ?? 0;
  for (const client of joined) {
    await reaches(client, lively, counted(events).at(-1) ?? 0);
    const { version = 0, state } = client.heard('state').find(({ room }) => room === lively) ?? {};
    expect(told(client, lively, lastOf(events))).toEqual(counted(events, version));
    const said = events.filter(({ seq, type }) => type === 'onMessage' && seq <= version).map(({ seq }) => seq);
    expect((state as { messages: { seq: number }[] }).messages.map(({ seq }) => seq)).toEqual(said.slice(-50));
    await reaches(client, clicks, clicked);
    expect(client.room(clicks).syncs).toBe(0);
  }
  const syncs = joined.reduce((sum, client) => sum + client.room(lively).syncs, 0);
  expect(syncs).toBeLessThan(joined.length);
}, 120_000);

it('sends a burst of large messages in messages that a client takes, on both wires', async () => {
  const room = newRoom();
  const ann = await connect();
  const plain = await system.connect();
  await ann.join(room);
  const messages = Array.from({ length: 600 }, (_, index) => `${index} ${'x'.repeat(4000)}`);
  await append(room, messages);
  const events = await eventsOf(system, room);
  await reaches(ann, room, counted(events).at(-1) ?? 0);
  expect(told(ann, room, lastOf(events))).toEqual(counted(events, ann.heard('state')[0]?.version));
  expect(ann.largest()).toBeLessThanOrEqual(128 * 1024);

  await append('chat/lobby', messages);
  const missing = () => messages.filter((message) => !plain.messages.includes(message)).length;
  await until('the plain client has all', () => missing() === 0, 60_000);
}, 120_000);

it('casts characters that a queue does not take', async () => {
  const ann = await connect();
  const room = newRoom();
  await ann.join(room);
  const message = 'Tea? \u{1F375} \u0000 \uFFFF \uFFFE';
  const seq = await ann.append(say(room, message));
  await reaches(ann, room, seq);
  await until('it is told', () =>
    ann.room(room).events.some(({ data }) => (data as { message?: string }).message === message),
  );
  expect(ann.room(room).events).toContainEqual(expect.objectContaining({ data: { message } }));
});
