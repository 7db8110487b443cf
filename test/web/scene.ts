import { setTimeout as pause } from 'node:timers/promises';
import type { Actor } from './events.ts';

const players = ['Ann', 'Bob', 'Eve'] as const;
const colours = ['red', 'blue', 'green', 'yellow'];

/** A game of noughts and colours in room `game/<gameId>`, in which somebody now and then moves without having seen the last move. */
export const playGame = async (actors: readonly Actor[], gameId: string, turns: number): Promise<void> => {
  const update = (by: number, items: object): void =>
    actors[by % actors.length]?.send({ action: 'updateGame', gameAction: 'updateGame', gameId, updatedItems: items });
  const board = Array.from({ length: 9 }, () => 'empty');
  const scores: Record<string, number> = { Ann: 0, Bob: 0, Eve: 0 };
  const game = { lastUpdateTime: 0, turn: 'Ann', scores, board, rules: { cells: 9, passes: 3, clock: '5 min' } };
  actors[0]?.send({ action: 'updateGame', gameAction: 'createGame', gameId, game });
  // A picture of events that all came at once would show one bar.
  await pause(150);
  for (const [by, actor] of actors.entries()) {
    actor.send({ action: 'updateGame', gameAction: 'addNames', gameId, names: [players[by]] });
    await pause(40);
  }
  for (let turn = 1; turn <= turns; turn += 1) {
    const by = (turn + Math.floor(turn / 7)) % 3;
    const name = players[by] ?? 'Ann';
    board[(turn * 5) % 9] = colours[(turn * 3) % 4] ?? 'red';
    scores[name] = (scores[name] ?? 0) + (turn % 4);
    const isStale = turn % 11 === 7;
    const times = { lastUpdateTime: isStale ? turn - 5 : turn - 1, currentUpdateTime: turn };
    update(by, { ...times, turn: players[(by + 1) % 3], scores, board });
    if (isStale) update(by, { lastUpdateTime: turn, currentUpdateTime: turn, turn: name, scores, board });
    await pause(20 + ((turn * 37) % 70));
  }
};
