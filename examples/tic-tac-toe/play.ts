/**
 * Tic-tac-toe, in two terminals: `npx node examples/tic-tac-toe/play.ts garden ann`, and `bob` in the other one. A line is a cell, from 0 to 8, or
 * `again`. The kind has to be among those of `domain/registry.ts`.
 */
import { createInterface } from 'node:readline';
import { connect } from 'foldcast-client';
import { ticTacToe, winner } from './kind.ts';

const [garden = 'garden', user = 'guest', url = 'ws://localhost:3000/dev'] = process.argv.slice(2);
const foldcast = connect(url, { kinds: [ticTacToe], user });
const room = foldcast.join(`tic-tac-toe/${garden}`);

room.subscribe(() => {
  const { cells = [] } = room.state ?? {};
  for (const row of [0, 3, 6])
    console.log(
      cells
        .slice(row, row + 3)
        .map((cell) => cell ?? '·')
        .join(' '),
    );
  console.log(room.state && winner(room.state) ? `${winner(room.state)} wins\n` : '');
});

for await (const line of createInterface({ input: process.stdin })) {
  const done = line === 'again' ? room.do.again() : room.do.mark({ cell: Number(line) });
  await done.catch((cause: Error) => console.log(cause.message));
}
foldcast.close();
