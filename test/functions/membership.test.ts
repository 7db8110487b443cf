import { expect, it } from 'vitest';
import { type ClientMessage, clientMessage, parseServerMessage } from '../../domain/protocol.ts';
import { registry } from '../../domain/registry.ts';
import { createAllowance } from '../../functions/membership/allowance.ts';
import { membershipHandler } from '../../functions/membership/handler.ts';
import { createSlowDown } from '../../functions/slow-down.ts';
import type { SocketEvent } from '../../functions/socket.ts';
import { createTell } from '../../functions/tell.ts';
import { createUserOf } from '../../functions/user.ts';
import { logged } from '../domain/logged.ts';
import { tablesOfFile } from '../store/tables.ts';

const tables = await tablesOfFile();

/** The function with a memory of its own, and a clock that stands still. */
const route = () => {
  const clock = { now: 0 };
  let sent: string[] = [];
  const post = async (_: string, payload: string) => {
    sent.push(payload);
    return { outcome: 'sent' } as const;
  };
  const logger = { info: () => {}, warn: () => {}, error: () => {} };
  const { connections, log } = tables;
  const tell = createTell(post, logger, () => {});
  const close = async () => ({ outcome: 'closed' }) as const;
  const allowance = createAllowance(() => clock.now);
  const handler = membershipHandler({
    registry,
    connections,
    log,
    userOf: createUserOf('none'),
    admits: () => true,
    allowance,
    slowDown: createSlowDown({ tell, close, logger, now: () => clock.now }),
    post,
    tell,
    logger,
  });
  /** What the answers are: the codes of errors, and the types of other messages. */
  const ask = async (connectionId: string, message: ClientMessage) => {
    sent = [];
    await handler({ body: clientMessage(message), requestContext: { connectionId } } as SocketEvent);
    const answers = sent.flatMap((text) => parseServerMessage(text) ?? []);
    return [...new Set(answers.map((answer) => (answer.type === 'error' ? answer.code : answer.type)))];
  };
  return { ask, clock };
};

const known = async (id: string, rooms: readonly string[] = []) =>
  tables.connections.add({ id, wire: 'foldcast.v1', rooms, at: 0 });

it('[S3] says slow-down to a connection that asks for one room again and again, and to no other', async () => {
  for (const id of ['ann', 'bob']) await known(id);
  const { ask, clock } = route();
  const room = 'counter/global-counter';
  for (const action of ['join', 'sync'] as const) {
    for (let time = 1; time <= 4; time += 1) expect(await ask('ann', { action, room })).toEqual(['state']);
    expect(await ask('ann', { action, room, id: 'x' })).toEqual(['slow-down']);
  }
  expect(await ask('bob', { action: 'sync', room })).toEqual(['state']);
  clock.now += 1000;
  expect(await ask('ann', { action: 'sync', room })).toEqual(['state']);
  expect(await ask('ann', { action: 'sync', room })).toEqual(['slow-down']);
});

it('[S3] lets a connection join a hundred rooms at once, tells it that it is in too many, and keeps it from going on', async () => {
  await known('many');
  const { ask, clock } = route();
  for (let index = 0; index < 100; index += 1)
    expect(await ask('many', { action: 'join', room: `chat/m${index}` })).toEqual(['state']);
  expect(await ask('many', { action: 'join', room: 'chat/one-more' })).toEqual(['too-many-rooms']);
  expect(await tables.connections.members('chat/one-more')).toEqual([]);
  let churned = 0;
  for (let index = 0; index < 300; index += 1)
    if ((await ask('many', { action: 'leave', room: `chat/m${index % 100}` })).includes('left')) churned += 1;
  expect(churned).toBeGreaterThan(10);
  expect(churned).toBeLessThan(60);
  clock.now += 1000;
  expect(await ask('many', { action: 'leave', room: 'chat/m1' })).toEqual(['left']);
});

it('[S3] makes a connection wait that was sent much, or for which much was read, also for other rooms', async () => {
  const message = 'x'.repeat(4000);
  const seqs = Array.from({ length: 1500 }, (_, index) => index + 1);
  for (let first = 0; first < seqs.length; first += 50) {
    const events = seqs.slice(first, first + 50).map((seq) => logged(seq, 'onMessage', { message }));
    const page = { epoch: 'e', events, from: first + 1, to: first + 50, since: first, lanes: 1, bytes: 1, at: 1 };
    await tables.log.commit({
      ...page,
      room: 'chat/huge',
      ...(first === 1450 && { state: { messages: [], present: [] } }),
    });
  }
  await known('reader');
  const { ask, clock } = route();
  const from = (since: number) => ({ action: 'sync', room: 'chat/huge', since, epoch: 'e' }) as const;
  // 3.4 MB of events.
  expect(await ask('reader', from(650))).toEqual(['events']);
  clock.now += 1000;
  expect(await ask('reader', from(650))).toEqual(['slow-down']);
  clock.now += 10_000;
  // The state, but 4 MB were read to find that it is not the events.
  expect(await ask('reader', from(0))).toEqual(['state']);
  clock.now += 1000;
  expect(await ask('reader', { action: 'join', room: 'counter/global-counter' })).toEqual(['slow-down']);
  clock.now += 30_000;
  expect(await ask('reader', from(1400))).toEqual(['events']);
});
