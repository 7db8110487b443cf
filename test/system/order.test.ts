import type { Layer } from 'pulumi-local';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { PlainClient } from './client.ts';
import { eventsOf } from './rooms.ts';
import { type System, startSystem, unlimited } from './system.ts';
import { until } from './until.ts';
import { endsAt } from './whole.ts';

// Each test starts a system of its own: a limit for a machine that is busy with others.
vi.setConfig({ testTimeout: 600_000 });

const room = 'chat/lobby';

const several = (system: System, count: number): Promise<PlainClient[]> =>
  Promise.all(Array.from({ length: count }, () => system.connect()));

/** The chat's texts in the order of the log. */
const logged = async (system: System): Promise<readonly string[]> =>
  (await eventsOf(system, room)).flatMap(({ type, data }) =>
    type === 'onMessage' ? [(data as { message: string }).message] : [],
  );

/** Waits until members were sent as many texts as there are, and nothing is queued any more; then what each was sent. */
const texts = async (system: System, members: readonly PlainClient[]) => {
  const all = await logged(system);
  await until(
    `every member is sent ${all.length} texts`,
    () => members.every(({ messages }) => messages.length >= all.length),
    300_000,
  );
  await until('all deliveries are done', async () => (await system.queued()) === 0);
  return { all, sent: members.map(({ messages }) => messages) };
};

describe('the plain wire', () => {
  it.each([1, 2])('[C2] leaves every client at the newest state, which is its last message (seed %i)', async (seed) => {
    const system = await startSystem({ ...unlimited, seed, redeliver: 0.3 });
    onTestFinished(() => system.close());
    const clients = await several(system, 8);
    let sent = 0;
    for (let wave = 0; wave < 10; wave += 1) {
      for (const client of clients) client.send({ action: 'plus' });
      sent += clients.length;
      const seen = sent;
      await until('someone is told of this wave', () => clients.some((client) => Number(client.last().value) >= seen));
    }
    await endsAt(system, clients, sent);
    for (const { messages } of clients) {
      const versions = messages.map((message) => (JSON.parse(message) as { version: number }).version);
      // Whole batches come twice here: a state may, and never an older one.
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    }
  });

  it('[C2] has every text in the order of the log, and once: one every 30 ms, then as fast as they go', async () => {
    const system = await startSystem({ ...unlimited, seed: 3 });
    onTestFinished(() => system.close());
    const members = await several(system, 50);
    const speakers = members.slice(0, 3);
    let said = 0;
    const say = (speaker: PlainClient | undefined) => {
      said += 1;
      speaker?.send({ action: 'onMessage', message: `text ${said}` });
    };
    await new Promise<void>((resolve) => {
      const talking = setInterval(() => {
        if (said < 300) say(speakers[said % 3]);
        else {
          clearInterval(talking);
          resolve();
        }
      }, 30);
    });
    const slowly = await texts(system, members);
    expect(slowly.all).toHaveLength(300);
    for (const sent of slowly.sent) expect(sent).toEqual(slowly.all);

    // As fast as they come back: a client that sends thousands at once only waits for API Gateway's 29 seconds.
    while (said < 2300) {
      for (const speaker of speakers) say(speaker);
      await until(
        'the speakers are told',
        () => speakers.every(({ messages }) => messages.length > said - 200),
        60_000,
      );
    }
    const { all, sent } = await texts(system, members);
    for (const each of sent) expect(each).toEqual(all);
    expect(await system.dead()).toBe(0);
  });

  it('[S1] goes on without a member that never reads: it is closed, and nothing is given up', async () => {
    const system = await startSystem({ ...unlimited, seed: 4 });
    onTestFinished(() => system.close());
    const members = await several(system, 10);
    const deaf = await system.connect();
    // Below the WebSocket, as a frozen tab does: its socket is not read any more.
    (deaf.socket as unknown as { _socket: { pause(): void } })._socket.pause();
    const closed = () => system.logged.some((line) => line.includes('closed a connection that took nothing'));
    const long = 'x'.repeat(4000);
    for (let said = 0; !closed() && said < 3000; said += 50) {
      for (let each = 0; each < 50; each += 1)
        members[each % 10]?.send({ action: 'onMessage', message: `${said + each} ${long}` });
      const count = said + 50;
      await until('the others are told', () => members.every(({ messages }) => messages.length >= count), 60_000);
    }
    expect(closed()).toBe(true);
    const { all, sent } = await texts(system, members);
    for (const each of sent) expect(each).toEqual(all);
    expect(await system.dead()).toBe(0);
  });

  it('[S1] loses nothing and keeps the order while the account is throttled', async () => {
    let throttled = false;
    const throttle: Layer = async (call, next) => {
      if (throttled && call.service === 'execute-api')
        throw Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException', status: 429 });
      return next();
    };
    const system = await startSystem({ ...unlimited, seed: 5, layers: [throttle] });
    onTestFinished(() => system.close());
    const members = await several(system, 10);
    const say = (from: number, to: number) => {
      for (let said = from; said < to; said += 1)
        members[said % 10]?.send({ action: 'onMessage', message: `text ${said}` });
    };
    say(0, 100);
    throttled = true;
    say(100, 200);
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    throttled = false;
    say(200, 300);
    await until('all is in the log', async () => (await logged(system)).length === 300, 60_000);
    const { all, sent } = await texts(system, members);
    for (const each of sent) expect(each).toEqual(all);
    expect(await system.dead()).toBe(0);
  });
});
