import { once } from 'node:events';
import { exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { chat } from '../../domain/kinds/chat.ts';
import type { EventsMessage } from '../../domain/protocol.ts';
import { connect } from './client.ts';
import { type Client, connectV1 } from './client-v1.ts';
import { audience, configured, handshake, type Issuer, issuer, startIssuer } from './signed-in.ts';
import { type System, startSystem } from './system.ts';
import { until } from './until.ts';

let keys: Issuer;
let system: System;
const tokens: string[] = [];
const clients: Client[] = [];
const ending: (() => Promise<void>)[] = [];

beforeAll(async () => {
  keys = await startIssuer();
  const project = await configured(
    {
      auth: 'jwt',
      authKeysUrl: keys.url,
      authIssuer: issuer,
      authAudience: audience,
      origins: ['https://play.example.com', 'http://localhost:*'],
      defaultRooms: ['counter/global-counter', 'chat/lobby'],
      logLevel: 'DEBUG',
    },
    (remove) => ending.push(remove),
  );
  // The local runtime's own door lets these in, so that it is the program which judges them.
  const elsewhere = ['https://play.example.com', 'https://evil.example.com', 'https://play.example.com.evil.com'];
  system = await startSystem({ project, origins: elsewhere });
});
afterAll(async () => {
  for (const { socket } of clients) socket.terminate();
  await system?.close();
  await keys?.stop();
  for (const remove of ending) await remove();
});

const seconds = () => Math.floor(Date.now() / 1000);

const tokenOf = async (sub: string, claims: Parameters<Issuer['sign']>[0] = {}): Promise<string> => {
  const token = await keys.sign({ sub, ...claims });
  tokens.push(token);
  return token;
};

/** Somebody who signs by the same name of a key, with another key. */
const startStranger = async (): Promise<Issuer> => {
  const stranger = await startIssuer();
  await stranger.stop();
  return stranger;
};

/** As if the public key, which anybody can read, were a secret between us. */
const signedWithPublicKey = async (): Promise<string> =>
  new SignJWT({ sub: 'ann', iss: issuer, aud: audience, rooms: ['*'] })
    .setExpirationTime('1m')
    .setProtectedHeader({ alg: 'HS256', kid: 'one' })
    .sign(new TextEncoder().encode(await exportSPKI(keys.publicKey())));

const signIn = async (sub: string, claims: Parameters<Issuer['sign']>[0] = {}): Promise<Client> => {
  const client = await connectV1(system.url, await tokenOf(sub, claims));
  clients.push(client);
  return client;
};

const eventsOf = (client: Client): readonly EventsMessage['events'][number][] =>
  client.heard('events').flatMap(({ events }) => events);

it('refuses with 500, so that clients try again, while nobody can say which keys are right', async () => {
  await keys.stop();
  const protocols = ['foldcast.v1', `auth.${await tokenOf('ann')}`];
  await until('it says so', async () => {
    expect(await handshake(system.url, protocols)).toBe(500);
    return system.logged.some((line) => line.includes('could not tell whether a token counts'));
  });
  await keys.start();
  expect(await handshake(system.url, protocols)).toBe(101);
});

describe('a handshake', () => {
  it.each<[string, number, () => Promise<string[]> | string[]]>([
    ['without a token', 401, () => ['foldcast.v1']],
    ['with an empty one', 401, () => ['foldcast.v1', 'auth.']],
    ['with nonsense', 401, () => ['foldcast.v1', 'auth.nonsense']],
    ['with a token that has ended', 401, async () => [`auth.${await tokenOf('ann', { exp: seconds() - 60 })}`]],
    ['with one that does not count yet', 401, async () => [`auth.${await tokenOf('ann', { nbf: seconds() + 60 })}`]],
    ['with one of another issuer', 401, async () => [`auth.${await tokenOf('ann', { iss: 'https://evil.example' })}`]],
    ['with one of another key', 401, async () => [`auth.${await (await startStranger()).sign()}`]],
    ['with one whose secret is the public key', 401, async () => [`auth.${await signedWithPublicKey()}`]],
    ['with one for somebody else', 401, async () => [`auth.${await tokenOf('ann', { aud: 'other' })}`]],
    [
      'with one that nobody signed',
      401,
      () => [`auth.${new UnsecuredJWT({ sub: 'ann', iss: issuer, aud: audience, exp: seconds() + 60 }).encode()}`],
    ],
    ['with one that counts', 101, async () => ['foldcast.v1', `auth.${await tokenOf('ann')}`]],
    ['with one that counts, named first', 101, async () => [`auth.${await tokenOf('ann')}`, 'foldcast.v1']],
  ])('%s is answered %s', async (_, status, protocols) => {
    expect(await handshake(system.url, await protocols())).toBe(status);
  });

  it('takes a token from the query as well', async () => {
    expect(await handshake(`${system.url}?token=${await tokenOf('ann')}`)).toBe(101);
    expect(await handshake(`${system.url}?token=${(await tokenOf('ann')).slice(0, -4)}`)).toBe(401);
  });

  it('is answered with the wire alone: the token is not echoed', async () => {
    const ann = await signIn('ann');
    expect(ann.socket.protocol).toBe('foldcast.v1');
  });

  it.each([
    ['https://play.example.com', 101],
    ['http://localhost:5173', 101],
    ['https://evil.example.com', 403],
    ['https://play.example.com.evil.com', 403],
    ['null', 403],
  ])('from a page of %s is answered %s', async (origin, status) => {
    expect(await handshake(system.url, ['foldcast.v1', `auth.${await tokenOf('ann')}`], { origin })).toBe(status);
  });
});

describe('a user', () => {
  it('is who an event is by, whatever the action says', async () => {
    const ann = await signIn('ann');
    await ann.join('chat/names');
    await ann.append({ action: 'onMessage', room: 'chat/names', message: 'Hi', by: 'bob', user: 'bob' });
    // Either may come first.
    await until('ann is told of both', () => eventsOf(ann).length >= 2);
    expect(eventsOf(ann).map(({ type, by }) => [type, by])).toEqual(
      expect.arrayContaining([
        ['joined', 'ann'],
        ['onMessage', 'ann'],
      ]),
    );
    const bob = await signIn('bob');
    await bob.join('chat/names');
    await bob.leave('chat/names');
    await until('ann is told that bob left', () => eventsOf(ann).some(({ type }) => type === 'left'));
    expect(
      eventsOf(ann)
        .filter(({ by }) => by === 'bob')
        .map(({ type }) => type),
    ).toEqual(['joined', 'left']);
  });

  it('enters the rooms of the token and no other', async () => {
    const ann = await signIn('ann', { rooms: ['chat/a*', 'game/ABCD'] });
    for (const room of ['chat/able', 'game/abcd']) {
      ann.send({ action: 'join', room, id: room });
      await until(`ann is in ${room}`, () =>
        [...ann.heard('state'), ...ann.heard('events')].some((each) => each.room.toLowerCase() === room),
      );
    }
    expect(await ann.act({ action: 'onMessage', room: 'chat/able', message: 'Hi' })).toMatchObject({ type: 'ack' });
    const forbidden = { type: 'error', code: 'forbidden' };
    for (const action of [
      { action: 'join', room: 'chat/b' },
      { action: 'sync', room: 'chat/b', since: 0 },
      { action: 'onMessage', room: 'chat/b', message: 'Hi' },
      { action: 'onMessage', message: 'Hi, lobby' },
      { action: 'plus' },
      { action: 'updateGame', gameAction: 'createGame', gameId: 'ABCE', game: {} },
      { action: 'upload', name: 'a.png', type: 'image/png', size: 1 },
    ])
      expect(await ann.act(action)).toMatchObject(forbidden);
    expect((await system.log.latest('chat/b', chat)).version).toBe(0);
  });

  it('of a plain connection is a member of the default rooms that the token names', async () => {
    const plain = await connect(`${system.url}?token=${await tokenOf('pia', { rooms: ['counter/*'] })}`);
    const other = await signIn('other');
    await other.append({ action: 'onMessage', room: 'chat/lobby', message: 'Not for pia' });
    await other.append({ action: 'plus' });
    await until('pia is told of the counter', () => plain.messages.length > 0);
    expect(plain.messages.map((text) => JSON.parse(text).type)).toEqual(['state']);
    plain.socket.terminate();
  });
});

describe('a message', () => {
  it('goes to all connections of a user in a room, from a user, if both are in it', async () => {
    const [ann, bob, phone, cy] = await Promise.all([signIn('ann'), signIn('bob'), signIn('bob'), signIn('cy')]);
    for (const each of [ann, bob, phone]) await each.join('chat/tea');
    const hi = { action: 'sendMessage', to: 'bob', room: 'chat/tea', message: 'Hi' } as const;
    ann.send(hi);
    await until('bob is told twice', () => bob.heard('message').length + phone.heard('message').length === 2);
    expect(bob.heard('message')).toEqual([{ type: 'message', from: 'ann', message: 'Hi' }]);
    expect(await cy.act({ ...hi })).toMatchObject({ type: 'error', code: 'forbidden' });
    expect(await ann.act({ ...hi, to: 'cy' })).toMatchObject({ type: 'error', code: 'no-such-user' });
    const connectionId = (await system.connections.members('chat/tea')).find(({ user }) => user === 'bob')?.connection;
    expect(await ann.act({ action: 'sendMessage', connectionId, message: 'Hi' })).toMatchObject({ code: 'forbidden' });
  });

  it('by connection id goes from a plain connection to one in a room with it, and to nobody else', async () => {
    const [ann, bob] = await Promise.all(
      ['ann', 'bob'].map(async (sub) => connect(`${system.url}?token=${await tokenOf(sub)}`)),
    );
    const cy = await connect(`${system.url}?token=${await tokenOf('cy', { rooms: ['game/*'] })}`);
    if (!ann || !bob) throw new Error('Two have connected.');
    const idOf = async ({ send, messages }: typeof ann) => {
      send({ action: 'whoAmI' });
      await until('it knows its id', () => messages.some((text) => text.endsWith('=')));
      return messages.find((text) => text.endsWith('='));
    };
    const connectionId = await idOf(bob);
    ann.send({ action: 'sendMessage', connectionId, message: 'Hi, bob' });
    await until('bob hears it', () => bob.messages.includes('Hi, bob'));
    ann.send({ action: 'sendMessage', connectionId: await idOf(cy), message: 'Hi, cy' });
    expect(await ann.error()).toBe('no-such-connection');
    cy.send({ action: 'sendMessage', connectionId, message: 'Hi from cy' });
    expect(await cy.error()).toBe('no-such-connection');
    expect(cy.messages).not.toContain('Hi, cy');
    for (const { socket } of [ann, bob, cy]) socket.terminate();
  });
});

describe('a connection whose token ends', () => {
  const ending = async (sub: string) => {
    // Five seconds are let pass for clocks that differ: some seconds are left of them.
    const exp = seconds() - 1;
    return { client: await signIn(sub, { exp }), over: (exp + 5) * 1000 };
  };

  it.each<[string, Parameters<Client['send']>[0]]>([
    ['an action', { action: 'plus', id: 'x' }],
    ['a ping', { action: 'ping', id: 'x' }],
    ['nonsense', { action: 'nothing', id: 'x' }],
    ['a sync', { action: 'sync', room: 'chat/end', id: 'x' }],
    ['a message', { action: 'sendMessage', to: 'bob', room: 'chat/end', message: 'Hi', id: 'x' }],
    ['an upload', { action: 'upload', name: 'a.png', type: 'image/png', size: 1, id: 'x' }],
  ])('is told so and closed at %s', async (_, message) => {
    const { client, over } = await ending('end');
    const closed = once(client.socket, 'close');
    await until('the token has ended', () => Date.now() >= over);
    client.send(message);
    await closed;
    expect(client.messages).toEqual([{ type: 'error', code: 'expired', message: expect.any(String), id: 'x' }]);
  });

  it('hears nothing any more, and is closed when it would have', async () => {
    const ann = await signIn('ann');
    await ann.join('chat/over');
    const { client, over } = await ending('end');
    await client.join('chat/over');
    await ann.append({ action: 'onMessage', room: 'chat/over', message: 'before' });
    const heard = () => eventsOf(client).flatMap(({ type, data }) => (type === 'onMessage' ? [data] : []));
    await until('it is heard', () => heard().length === 1);
    await until('the token has ended', () => Date.now() >= over);
    await ann.append({ action: 'onMessage', room: 'chat/over', message: 'after' });
    await until('ann hears it', () => eventsOf(ann).filter(({ type }) => type === 'onMessage').length === 2);
    await until('all is delivered', async () => (await system.queued()) === 0);
    await until('it is closed without a word of its own', () => client.socket.readyState === WebSocket.CLOSED);
    expect(client.heard('error')).toMatchObject([{ code: 'expired' }]);
    expect(heard()).toEqual([{ message: 'before' }]);
    expect((await system.connections.members('chat/over')).map(({ user }) => user)).toEqual(['ann']);
    await until('it is forgotten', () => eventsOf(ann).some(({ type, by }) => type === 'left' && by === 'end'));
  });

  it('acts no more', async () => {
    const ann = await signIn('ann');
    await ann.join('chat/too-late');
    const { client, over } = await ending('end');
    await until('the token has ended', () => Date.now() >= over);
    const closed = once(client.socket, 'close');
    client.send({ action: 'onMessage', room: 'chat/too-late', message: 'too late' });
    await closed;
    await ann.append({ action: 'onMessage', room: 'chat/too-late', message: 'in time' });
    await until('ann hears it', () => eventsOf(ann).some(({ type }) => type === 'onMessage'));
    expect(eventsOf(ann).map(({ data }) => data)).not.toContainEqual({ message: 'too late' });
  });
});

it('goes on with the keys it knows while their server is down', async () => {
  await signIn('ann');
  await keys.stop();
  expect(await handshake(system.url, ['foldcast.v1', `auth.${await tokenOf('ann')}`])).toBe(101);
  await keys.start();
});

it('says no token anywhere, and why it refused one', () => {
  const output = [...system.logged, ...system.said].join('\n');
  expect(output).toContain('ERR_JWT_EXPIRED exp');
  expect(tokens.length).toBeGreaterThan(20);
  for (const token of tokens) {
    for (const part of token.split('.').slice(1)) expect(output).not.toContain(part);
  }
});
