import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ticTacToe, winner } from '../../examples/tic-tac-toe/kind.ts';
import { given } from '../domain/given.ts';
import { lawsOf } from '../domain/laws.ts';

lawsOf(ticTacToe);

const mark = (cell: number, by: string) => ({ type: 'mark' as const, data: { cell }, by });
const again = { type: 'again' as const, data: {} };
const won = [mark(0, 'ann'), mark(3, 'bob'), mark(1, 'ann'), mark(4, 'bob'), mark(2, 'ann')];

describe('tic-tac-toe', () => {
  it('is won by three in a line', () => {
    given(ticTacToe)
      .events(...won)
      .accepts()
      .state({ players: ['ann', 'bob'], cells: ['x', 'x', 'x', 'o', 'o', null, null, null, null] });
  });

  it('is played by the first two who come, in turns, in cells that are free', () => {
    const begun = () => given(ticTacToe).events(mark(0, 'ann')).accepts();
    begun().events(mark(1, 'ann')).refuses('not-your-turn');
    begun().events(mark(0, 'bob')).refuses('taken');
    given(ticTacToe).events(mark(0, 'ann'), mark(1, 'bob')).accepts().events(mark(2, 'eve')).refuses('not-your-turn');
  });

  it('begins again when it is over, and then the other one begins', () => {
    given(ticTacToe).events(mark(0, 'ann')).accepts().events(again).refuses('still-on');
    const over = () => given(ticTacToe).events(...won);
    over().events(mark(8, 'bob')).refuses('over');
    over()
      .events(again)
      .accepts()
      .events(mark(4, 'bob'))
      .accepts()
      .state({ players: ['bob', 'ann'], cells: [null, null, null, null, 'x', null, null, null, null] });
  });

  it('never has two more of one mark than of the other, and one winner at most, whatever is sent', () => {
    const marks = fc.array(fc.tuple(fc.nat(8), fc.constantFrom('ann', 'bob', 'eve')));
    fc.assert(
      fc.property(marks, (all) => {
        let board = ticTacToe.initial;
        for (const [seq, [cell, by]] of all.entries()) {
          const event = { seq: seq + 1, id: `${seq}`, ...mark(cell, by), connection: by, at: 0 };
          if (ticTacToe.refusal(board, event) === undefined) board = ticTacToe.fold(board, event);
        }
        const count = (of: string) => board.cells.filter((cell) => cell === of).length;
        expect([0, 1]).toContain(count('x') - count('o'));
        if (winner(board) !== undefined) expect(count('x') + count('o')).toBeGreaterThan(4);
      }),
    );
  });
});
