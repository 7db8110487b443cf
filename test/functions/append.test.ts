import { expect, it } from 'vitest';
import * as z from 'zod';
import { parseAction } from '../../domain/action.ts';
import type { Draft } from '../../domain/event.ts';
import { defineKind } from '../../domain/kind.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { game } from '../../domain/kinds/game.ts';
import { createRegistry } from '../../domain/registry.ts';
import { appendHandler } from '../../functions/append/handler.ts';
import { createBuckets } from '../../functions/buckets.ts';
import { createPaces } from '../../functions/paces.ts';
import { createSlowDown } from '../../functions/slow-down.ts';
import type { SocketEvent } from '../../functions/socket.ts';
import type { Tell } from '../../functions/tell.ts';
import { type Auth, createUserOf } from '../../functions/user.ts';

/** A kind that may be sent less than others. */
const slow = defineKind({
  name: 'slow',
  actions: { vote: z.object({}) },
  roomOf: () => 'room',
  initial: 0,
  refusal: () => undefined,
  fold: (votes) => votes + 1,
  pace: { perSecond: 1, burst: 2 },
  cast: 'state',
  plain: () => [],
});

/** The function over heads that keep what they are given. */
const route = (auth: Auth = 'none') => {
  const appended: [room: string, event: Draft][] = [];
  const told: [connection: string, code: string, id?: string][] = [];
  const closed: string[] = [];
  const clock = { now: 0 };
  const registry = createRegistry([counter, game, slow]);
  const now = () => clock.now;
  const logger = { info: () => {}, warn: () => {}, error: () => {} };
  const tell: Tell = async (connection, { code, id }) =>
    void told.push(id === undefined ? [connection, code] : [connection, code, id]);
  const close = async (connection: string) => {
    closed.push(connection);
    return { outcome: 'closed' } as const;
  };
  const handler = appendHandler({
    userOf: createUserOf(auth),
    admits: () => true,
    parse: (body, at) => parseAction(body, registry, at),
    registry,
    paces: createPaces({ perSecond: 50, burst: 100 }, now),
    creations: createBuckets({ perSecond: 1 / 60, burst: 60 }, now),
    slowDown: createSlowDown({ tell, close, logger, now }),
    heads: { append: async (room, event) => appended.push([room, event]) },
    tell,
    logger,
    now,
  });
  const send = async (connectionId: string, message: object, times = 1, user?: string) => {
    const body = JSON.stringify(message);
    const authorizer = user && { user, rooms: '["*"]', expiresAt: '1e15' };
    const requestContext = { connectionId, requestId: 'r', requestTimeEpoch: clock.now, authorizer };
    for (let time = 0; time < times; time += 1) await handler({ body, requestContext } as unknown as SocketEvent);
  };
  return { send, appended, told, closed, clock };
};

it('[S3] appends a burst of one connection and what it may have a second after that, and says slow-down to the rest', async () => {
  const { send, appended, told, clock } = route();
  await send('ann', { action: 'plus' }, 100);
  expect([appended.length, told]).toEqual([100, []]);
  await send('ann', { action: 'plus', id: 'mine' });
  expect([appended.length, told]).toEqual([100, [['ann', 'slow-down', 'mine']]]);
  await send('bob', { action: 'plus' });
  expect(appended).toHaveLength(101);
  clock.now += 1000;
  await send('ann', { action: 'plus' }, 60);
  expect(appended).toHaveLength(151);
});

it('[S3] counts messages that are no actions as well: each is answered', async () => {
  const { send, told } = route();
  await send('ann', { action: 'nothing' }, 101);
  expect(told.map(([, code]) => code)).toEqual([...Array(100).fill('unknown-action'), 'slow-down']);
});

it('[S3] counts what a verified user sends over many connections together, and new names of one connection', async () => {
  const signedIn = route('jwt');
  await signedIn.send('tab-1', { action: 'plus' }, 60, 'ann');
  await signedIn.send('tab-2', { action: 'plus' }, 60, 'ann');
  await signedIn.send('tab-3', { action: 'plus' }, 1, 'bob');
  expect([signedIn.appended.length, signedIn.told.length]).toEqual([101, 20]);
  const { send, appended, told } = route();
  for (let name = 1; name <= 120; name += 1) await send('ann', { action: 'plus', user: `ann-${name}` });
  expect([appended.length, told.length]).toEqual([100, 20]);
});

it('[S3] holds actions of a kind to its own limits, and others of the connection to theirs', async () => {
  const { send, appended, told } = route();
  await send('ann', { action: 'vote' }, 3);
  await send('ann', { action: 'plus' }, 100);
  expect(appended.map(([room]) => room)).toEqual([
    ...Array(2).fill('slow/room'),
    ...Array(100).fill('counter/global-counter'),
  ]);
  expect(told).toEqual([['ann', 'slow-down']]);
});

it('[S3] lets nobody take all ids of games: one creates sixty an hour, and plays on', async () => {
  const { send, appended, told, clock } = route();
  const letters = (index: number) => `AA${String.fromCharCode(65 + Math.floor(index / 26), 65 + (index % 26))}`;
  const create = (index: number) =>
    send('ann', { action: 'updateGame', gameAction: 'createGame', gameId: letters(index), game: {} });
  for (let index = 0; index < 80; index += 1) await create(index);
  expect([appended.length, told.length]).toEqual([60, 20]);
  await send('ann', { action: 'updateGame', gameAction: 'joinGame', gameId: 'AAAA' });
  expect(appended).toHaveLength(61);
  clock.now += 5 * 60_000;
  for (let index = 60; index < 80; index += 1) await create(index);
  expect(appended).toHaveLength(66);
});

it('[S3] closes a connection that goes on and on, once, and answers it no more', async () => {
  const { send, told, closed, clock } = route();
  await send('ann', { action: 'plus' }, 200);
  expect([told.length, closed]).toEqual([100, []]);
  await send('ann', { action: 'plus' }, 500);
  expect([told.length, closed]).toEqual([100, ['ann']]);
  clock.now += 10_000;
  await send('bob', { action: 'plus' }, 101);
  expect([told.length, closed]).toEqual([101, ['ann']]);
});
