import { expect, it, onTestFinished } from 'vitest';
import { parseServerMessage } from '../domain/protocol.ts';
import { foldcast, folderOf, objects } from './replay/command-line/foldcast.ts';
import { connectV1 } from './system/client-v1.ts';
import { reaches } from './system/rooms.ts';
import { startSystem } from './system/system.ts';
import { until } from './system/until.ts';

it('takes an action all the way: cast, chat, game and file, a client that comes back, and the replay of it', async () => {
  const system = await startSystem();
  onTestFinished(() => system.close());

  // The plain wire: whoever connects is in the counter.
  const [ann, bob] = [await system.connect(), await system.connect()];
  ann.send({ action: 'plus' });
  await bob.shows(1);
  bob.send({ action: 'plus' });
  await Promise.all([ann.shows(2), bob.shows(2)]);

  const [cid, dan] = [await connectV1(system.url), await connectV1(system.url)];
  await Promise.all([cid.join('chat/tea'), dan.join('chat/tea')]);
  const say = (message: string) => cid.append({ action: 'onMessage', room: 'chat/tea', message });
  const first = await say('One');
  await reaches(dan, 'chat/tea', first);
  await dan.close();

  // What was said meanwhile comes with the answer, event by event.
  const second = await say('Two');
  const back = await connectV1(system.url);
  const known = dan.room('chat/tea').known;
  if (known) await back.join('chat/tea', known);
  await reaches(back, 'chat/tea', second);
  const missed = back.heard('events').flatMap(({ events, recovered }) => (recovered ? events : []));
  expect(missed.filter(({ type }) => type === 'onMessage')).toMatchObject([{ seq: second, data: { message: 'Two' } }]);
  expect(back.heard('state')).toEqual([]);

  const play = (gameAction: string, more: object = {}) =>
    cid.append({ action: 'updateGame', gameAction, gameId: 'WALK', ...more });
  await play('createGame', { game: { gameState: 'startPending', lastUpdateTime: 1 } });
  await back.join('game/WALK');
  const turned = await play('updateGame', { updatedItems: { turn: 7, currentUpdateTime: 2, lastUpdateTime: 1 } });
  await reaches(back, 'game/WALK', turned);
  expect(back.room('game/WALK').state).toMatchObject({ document: { turn: 7 } });

  await back.join('files/uploads');
  ann.send({ action: 'upload', id: 'u1', name: 'tea.txt', type: 'text/plain', size: 4 });
  const place = () => ann.messages.map(parseServerMessage).find((message) => message?.type === 'upload');
  await until('there is a place for the file', place);
  const upload = place();
  if (upload?.type !== 'upload') throw new Error('It is waited for above.');
  expect((await fetch(upload.url, { method: 'PUT', body: 'four', headers: upload.headers })).status).toBe(200);
  await reaches(back, 'files/uploads', 1);
  expect(back.room('files/uploads').events).toMatchObject([{ type: 'created', data: { bucketKey: upload.bucketKey } }]);

  const folder = await folderOf(system.runtime.port, system.runtime.graph.outputs);
  const room = 'counter/global-counter';
  expect(objects(await foldcast(['state', room, '--json', '--at', '1'], { folder }))).toEqual([
    { room, version: 1, state: 1 },
  ]);
  for (const each of [room, 'chat/tea', 'game/WALK', 'files/uploads'])
    expect((await foldcast(['verify', each], { folder })).stdout).toContain('all is well');
  await until('all deliveries are done', async () => (await system.queued()) === 0);
  expect(await system.dead()).toBe(0);
});
