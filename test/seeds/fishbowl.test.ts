import { expect, it } from 'vitest';
import { game as rules } from '../../domain/kinds/game.ts';
import type { PlainClient } from '../system/client.ts';
import { until } from '../system/until.ts';
import { hears, idOf, seed } from './seed.ts';

const fishbowl = seed();

const act = (gameAction: string, gameId: string, more: object = {}) => ({
  action: 'updateGame',
  gameAction,
  gameId,
  ...more,
});

const fresh = {
  gameState: 'startPending',
  creationTime: 1_700_000_000_000,
  categories: ['film', 'song'],
  names: [],
  round: 1,
  curTeam: 0,
  teamScores: [0, 0],
  lastUpdateTime: 1_700_000_000_000,
};
const later = (by: number) => fresh.lastUpdateTime + by;

/** Waits until the game's log holds so many events beside those who came and went, and that nothing is on its way any more. */
const settled = async (gameId: string, count: number) => {
  const room = `game/${gameId}`;
  await until(`${room} has ${count} events`, async () => {
    const pages = await fishbowl.system.log.pages(room, 1, Number.MAX_SAFE_INTEGER);
    const events = pages.flatMap((page) => page.events).filter(({ type }) => type === 'updateGame');
    return events.length === count && (await fishbowl.system.heads.version(room)) === pages.at(-1)?.to;
  });
  await fishbowl.delivered();
};

const documentOf = async (gameId: string) => (await fishbowl.system.log.latest(`game/${gameId}`, rules)).state.document;

const present = async (gameId: string, count: number) =>
  until(`${count} are in ${gameId}`, async () => {
    const { state } = await fishbowl.system.log.latest(`game/${gameId}`, rules);
    return state.present.length === count;
  });

/** A game that the first client created and the others joined. */
const play = async (gameId: string, [creator, ...others]: readonly [PlainClient, ...PlainClient[]]) => {
  creator.send(act('createGame', gameId, { game: fresh }));
  await present(gameId, 1);
  for (const [index, other] of others.entries()) {
    other.send(act('joinGame', gameId));
    await present(gameId, index + 2);
  }
};

const shown = (client: PlainClient) => client.messages.map((message) => JSON.parse(message));

it('goes its way: created, joined, named, played, with the bare document to everyone but who acts', async () => {
  const [ann, bob] = await fishbowl.clients('ann', 'bob');
  await play('KFNF', [ann, bob]);
  await settled('KFNF', 2);
  expect([ann.messages, bob.messages]).toEqual([[], []]);

  bob.send(act('addNames', 'KFNF', { names: ['Ada', 'Bo'] }));
  await hears(ann, 1);
  const named = { ...fresh, names: ['Ada', 'Bo'], pk: 'gameInstance', sk: 'KFNF' };
  expect(shown(ann)).toEqual([named]);
  await settled('KFNF', 3);

  const updatedItems = {
    gameState: 'turnInProgress',
    teamScores: [1, 0],
    extra: { deep: [null, 1.5, 'ü'] },
    lastUpdateTime: fresh.lastUpdateTime,
    currentUpdateTime: later(5),
  };
  ann.send(act('updateGame', 'KFNF', { updatedItems }));
  await hears(bob, 1);
  const { currentUpdateTime, ...items } = updatedItems;
  expect(shown(bob)).toEqual([{ ...named, ...items, lastUpdateTime: currentUpdateTime }]);
  await settled('KFNF', 4);
  expect([ann.messages.length, bob.messages.length]).toEqual([1, 1]);
});

it('tells a game nothing of another', async () => {
  const [ann, bob, cid] = await fishbowl.clients('ann', 'bob', 'cid');
  await play('ONEA', [ann, bob]);
  await play('TWOB', [cid]);
  ann.send(act('addNames', 'ONEA', { names: ['Ada'] }));
  await hears(bob, 1);
  await settled('ONEA', 3);
  expect(cid.messages).toEqual([]);
});

it('takes an id in any case, in every action', async () => {
  const [ann, bob] = await fishbowl.clients('ann', 'bob');
  await play('CASE', [ann]);
  bob.send(act('joinGame', 'case'));
  await present('CASE', 2);
  ann.send(act('addNames', 'cAsE', { names: ['Ada'] }));
  await hears(bob, 1);
  ann.send(act('updateGame', 'casE', { updatedItems: { round: 2 } }));
  await hears(bob, 2);
  expect(shown(bob).at(-1)).toMatchObject({ names: ['Ada'], round: 2, sk: 'CASE' });
});

it('answers a stale update with the document as it is, in plain JSON, to everyone, the sender included', async () => {
  const [ann, bob, cid] = await fishbowl.clients('ann', 'bob', 'cid');
  await play('STAL', [ann, bob, cid]);
  ann.send(act('updateGame', 'STAL', { updatedItems: { round: 2, currentUpdateTime: later(10) } }));
  await Promise.all([hears(bob, 1), hears(cid, 1)]);
  await settled('STAL', 4);
  const before = [ann, bob, cid].map(({ messages }) => messages.length);
  expect(before[0]).toBe(0);

  const stale = { round: 9, lastUpdateTime: later(9), currentUpdateTime: later(20) };
  bob.send(act('updateGame', 'STAL', { updatedItems: stale }));
  await until('everyone is sent the document', () =>
    [ann, bob, cid].every(({ messages }, index) => messages.length > (before[index] ?? 0)),
  );
  await settled('STAL', 5);
  const current = { ...fresh, round: 2, lastUpdateTime: later(10), pk: 'gameInstance', sk: 'STAL' };
  expect(shown(ann)).toEqual([current]);
  // What they knew already, once more.
  for (const client of [bob, cid]) expect(shown(client)).toEqual([current, current]);
});

it.each([
  ['EQUA', 'the time of the last update', { lastUpdateTime: fresh.lastUpdateTime }],
  ['NEWR', 'a later time', { lastUpdateTime: later(1) }],
  ['NONE', 'no time', {}],
])('takes an update in %s that knows %s', async (gameId, _, time) => {
  const [ann, bob] = await fishbowl.clients('ann', 'bob');
  await play(gameId, [ann, bob]);
  ann.send(act('updateGame', gameId, { updatedItems: { ...time, round: 3, currentUpdateTime: later(7) } }));
  await hears(bob, 1);
  expect(shown(bob)).toEqual([{ ...fresh, round: 3, lastUpdateTime: later(7), pk: 'gameInstance', sk: gameId }]);
  await settled(gameId, 3);
  expect(ann.messages).toEqual([]);
});

it('adds names whatever has happened meanwhile, and leaves the time as it was', async () => {
  const [ann, bob] = await fishbowl.clients('ann', 'bob');
  await play('NAME', [ann, bob]);
  ann.send(act('updateGame', 'NAME', { updatedItems: { names: ['Ada'], currentUpdateTime: later(10) } }));
  await hears(bob, 1);
  bob.send(act('addNames', 'NAME', { names: ['Bo', 'Cy'], lastUpdateTime: 0 }));
  await hears(ann, 1);
  expect(shown(ann)).toEqual([
    { ...fresh, names: ['Ada', 'Bo', 'Cy'], lastUpdateTime: later(10), pk: 'gameInstance', sk: 'NAME' },
  ]);
});

it.each([
  ['joinGame', {}],
  ['addNames', { names: ['Ada'] }],
  ['updateGame', { updatedItems: { round: 2 } }],
])('tells the sender of %s in a game that there is not, and makes no half of one', async (gameAction, more) => {
  const gameId = `NO${gameAction.slice(0, 2).toUpperCase()}`;
  const [ann, bob] = await fishbowl.clients('ann', 'bob');
  ann.send(act(gameAction, gameId, more));
  expect(await ann.error()).toBe('refused');
  expect(ann.last()).toMatchObject({ reason: 'no-such-game' });
  await settled(gameId, 1);
  expect(ann.messages).toHaveLength(1);
  expect(bob.messages).toEqual([]);
  expect(await documentOf(gameId)).toBeNull();
  expect(await fishbowl.system.connections.members(`game/${gameId}`)).toEqual([]);
});

it('refuses to create a game that there is, and leaves it as it is', async () => {
  const [ann, bob] = await fishbowl.clients('ann', 'bob');
  await play('TWIN', [ann]);
  bob.send(act('createGame', 'twin', { game: { ...fresh, round: 7 } }));
  expect(await bob.error()).toBe('refused');
  expect(bob.last()).toMatchObject({ reason: 'game-exists' });
  await settled('TWIN', 2);
  expect(bob.messages).toHaveLength(1);
  expect(ann.messages).toEqual([]);
  expect(await documentOf('TWIN')).toEqual(fresh);
});

it.each([
  ['three letters', act('joinGame', 'KFN')],
  ['a digit', act('joinGame', 'KFN1')],
  ['no such thing to do', act('endGame', 'KFNF')],
  ['names that are no text', act('addNames', 'KFNF', { names: [1] })],
  [
    'a key that could reach a prototype',
    JSON.stringify(act('createGame', 'EVIL', { game: {} })).replace('{}', '{"__proto__":{"x":1}}'),
  ],
])('tells the sender alone of %s', async (_, wrong) => {
  const [ann, bob] = await fishbowl.clients('ann', 'bob');
  ann.send(wrong);
  expect(await ann.error()).toBe('invalid-action');
  expect([ann.messages.length, bob.messages.length]).toEqual([1, 0]);
});

it('forgets a connection that closes, and the game knows who is left', async () => {
  const [ann, bob] = await fishbowl.clients('ann', 'bob');
  const bobId = await idOf(bob);
  await play('LEFT', [ann, bob]);
  await bob.close();
  await until('it is forgotten', async () => (await fishbowl.system.connections.get(bobId)) === undefined);
  await present('LEFT', 1);
  expect(await fishbowl.system.connections.members('game/LEFT')).toHaveLength(1);
  // Who goes is no news to a client that compares documents.
  await fishbowl.delivered();
  expect(ann.messages).toEqual([]);
});

it('tells all others when a connection is dead in the middle of them, and forgets it', async () => {
  const [ann, bob, cid] = await fishbowl.clients('ann', 'bob', 'cid');
  await play('DEAD', [ann, bob, cid]);
  const dead = await fishbowl.deadConnection('game/DEAD');
  await present('DEAD', 4);
  bob.socket.terminate();
  ann.send(act('addNames', 'DEAD', { names: ['Ada'] }));
  await hears(cid, 1);
  await present('DEAD', 2);
  expect(await fishbowl.system.connections.get(dead)).toBeUndefined();
});
