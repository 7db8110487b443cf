import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { AwsError } from 'pulumi-local';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseAction } from '../../domain/action.ts';
import { hashOf } from '../../domain/lane.ts';
import { parseServerMessage } from '../../domain/protocol.ts';
import { registry } from '../../domain/registry.ts';
import { appendHandler } from '../../functions/append/handler.ts';
import { connectHandler } from '../../functions/connect/handler.ts';
import { disconnectHandler } from '../../functions/disconnect/handler.ts';
import { fallbackHandler } from '../../functions/fallback/handler.ts';
import { membershipHandler } from '../../functions/membership/handler.ts';
import { messageHandler } from '../../functions/message/handler.ts';
import type { Posted } from '../../functions/post.ts';
import type { SocketEvent } from '../../functions/socket.ts';
import { createTell } from '../../functions/tell.ts';
import { createUserOf } from '../../functions/user.ts';
import { tablesOfFile } from '../store/tables.ts';

const tables = await tablesOfFile();
const { connections, deliveries, heads, log } = tables;
const logger = { info: () => {}, warn: () => {}, error: () => {} };

/** What `ann` was posted since the test began. */
let heard: unknown[] = [];
beforeEach(() => {
  heard = [];
});
const post = async (connection: string, payload: string): Promise<Posted> => {
  expect(connection).toBe('ann');
  heard.push(parseServerMessage(payload) ?? payload);
  return { outcome: 'sent' };
};
const tell = createTell(post, logger, () => {});
const parse = (body: string, at: number) => parseAction(body, registry, at);

const requestContext = { connectionId: 'ann', requestId: 'r1', requestTimeEpoch: 1000, connectedAt: 900 };
/** What API Gateway invokes a route with when `ann` sends this. */
const message = (body: object) => ({ body: JSON.stringify(body), requestContext }) as SocketEvent;

/** From now on, a service fails at every call. Returns the operations that were called. */
const failing = (service: string): readonly string[] => {
  const calls: string[] = [];
  tables.through((call, next) => {
    if (call.service !== service) return next();
    calls.push(call.operation);
    throw new AwsError('InternalServerError', 'It is not there.', 500);
  });
  return calls;
};

/** As in a stack without sign-in. */
const rights = { userOf: createUserOf('none'), admits: () => true };

/** What counts messages is tested in append.test.ts and membership.test.ts. */
const unlimited = {
  paces: () => true,
  creations: { take: () => true },
  allowance: { take: () => true, spend: () => {} },
  slowDown: async () => {},
};

describe('append', () => {
  const append = appendHandler({ ...rights, ...unlimited, parse, registry, heads, tell, logger, now: () => 1010 });
  const lastOf = async (room: string) => {
    const { Item } = await tables.database.send(new GetCommand({ TableName: tables.names.heads, Key: { room } }));
    return Item && { seq: Item.seq, event: JSON.parse(Item.event) };
  };
  const say = (room: string, more: object = {}) => message({ action: 'onMessage', room, message: 'Hi', ...more });

  it('[A1] is one UpdateItem, and says nothing', async () => {
    const calls: string[] = [];
    tables.through((call, next) => {
      calls.push(call.operation);
      return next();
    });
    expect(await append(say('chat/once', { id: 'a1' }))).toEqual({ statusCode: 200 });
    expect(calls).toEqual(['UpdateItem']);
    expect(heard).toEqual([]);
    const event = { id: 'a1', ack: true, type: 'onMessage', data: { message: 'Hi' }, by: 'ann', connection: 'ann' };
    expect(await lastOf('chat/once')).toEqual({ seq: 1, event: { ...event, at: 1000, appended: 1010 } });
  });

  it('names an event that has no id after its request, and promises no answer to it', async () => {
    await append(say('chat/unnamed'));
    const last = await lastOf('chat/unnamed');
    expect([last?.event.id, 'ack' in (last?.event ?? {})]).toEqual(['r1', false]);
  });

  it('[A2] appends nothing that is invalid, and says why', async () => {
    await append(say('chat/invalid', { id: 'a2', message: 7 }));
    expect(heard).toMatchObject([{ type: 'error', code: 'invalid-action', id: 'a2' }]);
    expect(await heads.version('chat/invalid')).toBe(0);
  });

  it('[A2] holds an action against when API Gateway received it, not against the function’s own clock', async () => {
    const start = (lastUpdateTime: number, id: string) =>
      message({ action: 'updateGame', gameAction: 'createGame', gameId: 'TIME', game: { lastUpdateTime }, id });
    await append(start(301_001, 'a4'));
    expect(heard).toMatchObject([{ type: 'error', code: 'invalid-action', id: 'a4' }]);
    expect(await heads.version('game/TIME')).toBe(0);
    await append(start(301_000, 'a5'));
    expect(await heads.version('game/TIME')).toBe(1);
  });

  it('says that it could not, and tried twice', async () => {
    const calls = failing('dynamodb');
    await append(say('chat/down', { id: 'a3' }));
    expect(calls).toEqual(['UpdateItem', 'UpdateItem']);
    expect(heard).toMatchObject([{ type: 'error', code: 'unavailable', id: 'a3' }]);
  });
});

describe('connect', () => {
  const connect = connectHandler({
    ...rights,
    connections,
    defaultRooms: ['counter/hall', 'chat/hall'],
    origins: [],
    logger,
  });
  const from = (connectionId: string, headers?: Record<string, string>) =>
    connect({ headers, requestContext: { ...requestContext, connectionId } } as SocketEvent);

  it('makes a plain connection a member of the default rooms', async () => {
    expect(await from('plain')).toEqual({ statusCode: 200 });
    expect(await connections.get('plain')).toMatchObject({ wire: 'plain', at: 900 });
    for (const room of ['counter/hall', 'chat/hall'])
      expect(await connections.members(room)).toEqual([{ connection: 'plain', wire: 'plain' }]);
  });

  it('chooses envelopes for who offers them, in no room', async () => {
    expect(await from('v1', { 'sec-websocket-protocol': 'other, foldcast.v1' })).toEqual({
      statusCode: 200,
      headers: { 'Sec-WebSocket-Protocol': 'foldcast.v1' },
    });
    expect(await connections.get('v1')).toEqual({ id: 'v1', wire: 'foldcast.v1', at: 900, rooms: [] });
  });
});

it('[S1] disconnect forgets the connection everywhere', async () => {
  await connections.add({ id: 'ann', wire: 'plain', rooms: ['counter/left'], at: 900 });
  expect(await connections.members('counter/left')).toHaveLength(1);
  await disconnectHandler({ connections })(message({}));
  expect(await connections.get('ann')).toBeUndefined();
  expect(await connections.members('counter/left')).toEqual([]);
});

describe('membership', () => {
  const membership = membershipHandler({ ...rights, ...unlimited, registry, connections, log, post, tell, logger });
  const members = (room: string) => connections.members(room);
  beforeEach(() => connections.add({ id: 'ann', wire: 'foldcast.v1', rooms: [], at: 900 }));

  it('joins, and says where the room stands; leaves, and says so', async () => {
    const room = 'chat/visited';
    await membership(message({ action: 'join', room }));
    expect(await members(room)).toEqual([{ connection: 'ann', wire: 'foldcast.v1' }]);
    await membership(message({ action: 'leave', room }));
    expect(await members(room)).toEqual([]);
    expect(heard).toMatchObject([
      { type: 'state', room, version: 0 },
      { type: 'left', room },
    ]);
  });

  it('syncs who is no member, and makes none of it', async () => {
    await membership(message({ action: 'sync', room: 'chat/seen' }));
    expect(heard).toMatchObject([{ type: 'state', room: 'chat/seen', version: 0 }]);
    expect(await members('chat/seen')).toEqual([]);
  });

  it.each([
    ['no-such-room', { action: 'join', room: 'nothing/here' }],
    ['invalid-action', { action: 'join', room: 7 }],
  ])('answers with %s', async (code, request) => {
    await membership(message({ ...request, id: 'j1' }));
    expect(heard).toMatchObject([{ type: 'error', code, id: 'j1' }]);
  });

  it('says that it could not, where there is no record of the connection', async () => {
    await connections.forget('ann');
    await membership(message({ action: 'join', room: 'chat/lost', id: 'j2' }));
    expect(heard).toMatchObject([{ type: 'error', code: 'unavailable', id: 'j2' }]);
    expect(await members('chat/lost')).toEqual([]);
  });
});

describe('message', () => {
  const direct = messageHandler({
    ...rights,
    ...unlimited,
    auth: 'none',
    now: () => 1010,
    registry,
    connections,
    deliveries,
    tell,
    logger,
  });
  const request = (connectionId: string) => message({ action: 'sendMessage', connectionId, message: 'Psst', id: 'm1' });
  const to = (connection: string, text: string) => ({
    type: 'direct',
    texts: [text],
    to: [{ connections: [connection], texts: [0] }],
    sender: { connection: 'ann', id: 'm1' },
  });

  it('queues the bare text for who is on the plain wire, or unknown', async () => {
    await connections.add({ id: 'bob', wire: 'plain', rooms: [], at: 900 });
    await direct(request('bob'));
    expect(await tables.queued()).toEqual([to('bob', 'Psst')]);
    await direct(request('nobody'));
    expect(await tables.queued()).toEqual([to('nobody', 'Psst')]);
    expect(heard).toEqual([]);
  });

  it.each(['.', '..', '%2e', 'a/../b', 'a b', 'ü', '?', '='])('says that there is no connection %j', async (id) => {
    await direct(request(id));
    expect(await tables.queued()).toEqual([]);
    expect(heard).toMatchObject([{ type: 'error', code: 'no-such-connection', id: 'm1' }]);
  });

  it('queues an envelope that names the sender for who hears envelopes', async () => {
    await connections.add({ id: 'cid', wire: 'foldcast.v1', rooms: [], at: 900 });
    await direct(request('cid'));
    const [queued] = await tables.queued();
    expect(queued).toEqual(to('cid', queued?.texts[0] ?? ''));
    expect(JSON.parse(queued?.texts[0] ?? '')).toEqual({ type: 'message', from: 'ann', message: 'Psst' });
  });

  it('queues messages to one connection as one group', async () => {
    const groups: unknown[] = [];
    tables.through((call, next) => {
      if (call.operation === 'SendMessageBatch') groups.push(call.input.Entries);
      return next();
    });
    await direct(request('dan'));
    expect(groups).toMatchObject([[{ MessageGroupId: `direct#${hashOf('dan')}` }]]);
  });

  it('answers what is no request for it, and says that it could not where the queue fails', async () => {
    await direct(message({ action: 'sendMessage', message: 'Psst', id: 'm2' }));
    failing('sqs');
    await direct(request('bob'));
    expect(heard).toMatchObject([
      { type: 'error', code: 'invalid-action', id: 'm2' },
      { type: 'error', code: 'unavailable', id: 'm1' },
    ]);
  });
});

describe('fallback', () => {
  const fallback = fallbackHandler({ parse: (body) => parse(body, 0), tell, logger });

  it.each([
    ['unknown-action', { action: 'fly', id: 'f1' }],
    ['no-action', { id: 'f1' }],
    // Its route is not deployed yet.
    ['unknown-action', { action: 'plus', id: 'f1' }],
  ])('answers with %s', async (code, sent) => {
    await fallback(message(sent));
    expect(heard).toMatchObject([{ type: 'error', code, id: 'f1' }]);
  });
});
