import * as z from 'zod';
import { playing } from '../playing.ts';

const Cast = z.union([
  z.object({ type: z.literal('state'), version: z.number() }).transform(({ version }) => version),
  z.object({ type: z.literal('events'), to: z.number() }).transform(({ to }) => to),
]);
const envelopes = {
  protocol: 'foldcast.v1',
  versionIn: (message: string) => Cast.safeParse(JSON.parse(message)).data,
};

const lobby = 'chat/lobby';

/** Everyone hears everything: each message is posted to all members. */
const chat = playing({
  ...envelopes,
  name: 'chat-200',
  table: 'A chat, with envelopes',
  title: '200 members',
  clients: 200,
  each: 8,
  room: () => lobby,
  enter: () => [JSON.stringify({ action: 'join', room: lobby })],
  action: (client, nth) => JSON.stringify({ action: 'onMessage', room: lobby, message: `${client} says ${nth}` }),
});

const players = 4;

/** Four capital letters for a number. */
const gameId = (number: number): string =>
  [17_576, 676, 26, 1].map((place) => String.fromCharCode(65 + (Math.floor(number / place) % 26))).join('');

const gameOf = (client: number): string => gameId(Math.floor(client / players));
const update = (gameId: string, gameAction: string, more: object = {}) =>
  JSON.stringify({ action: 'updateGame', gameAction, gameId, ...more });

/** Many rooms of a few players each. */
const games = (rooms: number) =>
  playing({
    ...envelopes,
    name: `games-${rooms}`,
    table: 'Rooms of four, games with envelopes',
    title: `${rooms} rooms`,
    clients: rooms * players,
    each: Math.ceil(1_000 / rooms),
    room: (client) => `game/${gameOf(client)}`,
    enter: (client) => {
      const join = JSON.stringify({ action: 'join', room: `game/${gameOf(client)}` });
      return client % players === 0 ? [join, update(gameOf(client), 'createGame', { game: {} })] : [join];
    },
    action: (client, nth) =>
      update(gameOf(client), 'updateGame', { updatedItems: { [`player${client % players}`]: nth } }),
  });

export const rooms = [chat, games(50), games(100)];
