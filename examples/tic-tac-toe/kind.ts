import * as z from 'zod/mini';
import { defineKind } from '../../domain/kind.ts';

type Mark = 'x' | 'o';

interface Board {
  /** Who plays x, and who plays o: the first two who set a mark. */
  readonly players: readonly string[];
  /** From the top left to the bottom right. */
  readonly cells: readonly (Mark | null)[];
}

const empty: Board = { players: [], cells: Array(9).fill(null) };

const lines = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 3, 6],
  [1, 4, 7],
  [2, 5, 8],
  [0, 4, 8],
  [2, 4, 6],
] as const;

/** x has the first turn, and then they take turns. */
const next = ({ cells }: Board): Mark => (cells.filter((cell) => cell !== null).length % 2 === 0 ? 'x' : 'o');

export const winner = ({ cells }: Board): Mark | undefined =>
  (['x', 'o'] as const).find((mark) => lines.some((line) => line.every((cell) => cells[cell] === mark)));

const isOver = (board: Board): boolean => winner(board) !== undefined || !board.cells.includes(null);

const actions = {
  mark: z.object({ cell: z.int().check(z.minimum(0), z.maximum(8)) }),
  again: z.object({}),
};

/** Whether it is the turn of `by`; who is new takes a seat that is free. */
const mayPlay = (board: Board, by: string): boolean => {
  const turn = next(board) === 'x' ? 0 : 1;
  const seat = board.players.indexOf(by);
  return seat === -1 ? board.players.length === turn : seat === turn;
};

/** Rules of tic-tac-toe. Many games are many rooms: an action names its own, such as `tic-tac-toe/garden`. */
export const ticTacToe = defineKind({
  name: 'tic-tac-toe',
  actions,
  roomOf: () => undefined,
  initial: empty,
  refusal: (board, event) => {
    if (event.type === 'again') return isOver(board) ? undefined : 'still-on';
    if (isOver(board)) return 'over';
    if (board.cells[event.data.cell] !== null) return 'taken';
    return mayPlay(board, event.by) ? undefined : 'not-your-turn';
  },
  fold: (board, event) =>
    event.type === 'again'
      ? { ...empty, players: board.players.toReversed() }
      : {
          players: board.players.includes(event.by) ? board.players : [...board.players, event.by],
          cells: board.cells.with(event.data.cell, next(board)),
        },
  cast: 'state',
  plain: ({ state }) => [JSON.stringify(state)],
});
