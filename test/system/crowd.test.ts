import { expect, it, onTestFinished } from 'vitest';
import { refold } from '../../domain/fold.ts';
import { chat } from '../../domain/kinds/chat.ts';
import { game } from '../../domain/kinds/game.ts';
import { type Client, connectV1 } from './client-v1.ts';
import { counted, eventsOf, reaches, told } from './rooms.ts';
import { type System, startSystem, unlimited } from './system.ts';
import { until } from './until.ts';

const start = async (): Promise<System> => {
  const system = await startSystem(unlimited);
  onTestFinished(() => system.close());
  return system;
};

/** A few at a time: API Gateway takes 500 new connections a second. */
const several = async (count: number, connect: () => Promise<Client>): Promise<Client[]> => {
  const clients: Client[] = [];
  while (clients.length < count)
    clients.push(...(await Promise.all(Array.from({ length: Math.min(20, count - clients.length) }, connect))));
  return clients;
};

it('brings 2,000 messages to each of 200 clients in one chat, in one order, none twice', async () => {
  const [count, each, room] = [200, 10, 'chat/crowd'];
  const system = await start();
  const clients = await several(count, () => connectV1(system.url));
  await Promise.all(clients.map((client) => client.join(room)));
  const present = async () => ((await system.log.latest(room, chat)).state as typeof chat.initial).present.length;
  await until('everybody is told of', async () => (await present()) === count, 60_000);
  const before = (await eventsOf(system, room)).length;

  for (let index = 0; index < each; index += 1) {
    const said = (number: number) => ({ action: 'onMessage', room, message: `${number} says ${index}` });
    const answers = await Promise.all(clients.map((client, number) => client.act(said(number))));
    expect(new Set(answers.map(({ type }) => type))).toEqual(new Set(['ack']));
  }
  const said = async () => (await eventsOf(system, room)).length === before + count * each;
  await until('everything is in the log', said, 60_000);

  const events = await eventsOf(system, room);
  const messages = events.filter(({ type }) => type === 'onMessage').map(({ seq }) => seq);
  expect(counted(events)).toHaveLength(before + count * each);
  await Promise.all(clients.map((client) => reaches(client, room, events.length)));
  for (const client of clients) {
    const version = client.heard('state')[0]?.version;
    expect(told(client, room)).toEqual(counted(events, version));
    expect(client.room(room).events.flatMap(({ seq, type }) => (type === 'onMessage' ? seq : []))).toEqual(messages);
  }
}, 400_000);

it('leaves 4 players of each of 100 games, half of whose 50 updates are stale, at the document of the log', async () => {
  const [games, players, updates] = [100, 4, 50];
  const system = await start();
  /** Two letters count the game, the others stay: `KAAF`, `KBAF`, … */
  const idOf = (number: number) => `K${String.fromCharCode(65 + (number % 26), 65 + Math.floor(number / 26))}F`;
  const update = (gameAction: string, gameId: string, more: object = {}) => ({
    action: 'updateGame',
    gameAction,
    gameId,
    ...more,
  });

  const all = await several(games * players, () => connectV1(system.url));
  const tables = Array.from({ length: games }, (_, number) => ({
    id: idOf(number),
    room: `game/${idOf(number)}`,
    seats: all.slice(number * players, (number + 1) * players),
  }));
  const play = async ({ id, seats }: (typeof tables)[number]): Promise<number> => {
    const [host, ...others] = seats;
    await host?.act(update('createGame', id, { game: { gameState: 'startPending', lastUpdateTime: 1 } }));
    await Promise.all(others.map((player) => player.act(update('joinGame', id))));
    const answers = Array.from({ length: updates }, (_, index) => {
      const currentUpdateTime = index + 2;
      // A client's time is stale if the document is of a later one. Nobody knows of a time later than 1,000.
      const items = { [`turn${index}`]: index, currentUpdateTime, lastUpdateTime: index % 2 === 0 ? 1000 : 0 };
      return seats[index % players]?.act(update('updateGame', id, { updatedItems: items }));
    });
    return (await Promise.all(answers)).filter((answer) => answer?.type === 'refused' && answer.reason === 'stale')
      .length;
  };
  const stale = await Promise.all(tables.map(play));
  expect(stale).toEqual(Array.from({ length: games }, () => updates / 2));

  for (const { room, seats } of tables) {
    const events = await eventsOf(system, room);
    const replayed = refold(game as never, game.initial as never, events) as typeof game.initial;
    expect(Object.keys(replayed.document ?? {}).filter((key) => key.startsWith('turn'))).toHaveLength(updates / 2);
    await Promise.all(seats.map((player) => reaches(player, room, counted(events).at(-1) ?? 0)));
    for (const player of seats) expect(player.room(room).state).toEqual(replayed);
  }
}, 400_000);
