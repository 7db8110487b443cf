import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { examples, type PlaceFlags, version, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { eventText } from '../show/event.ts';
import { watching } from '../watching.ts';

interface Flags extends PlaceFlags {
  readonly last: number;
}

/** How often the log is looked at, in ms: a read of a unit or two each time. */
const interval = 500;

/** `tail`: new events, until Ctrl-C. */
export const addTail = (program: Command, run: Run): void => {
  withPlaces(program.command('tail'), 'local', 'stack')
    .description('New events of a room as they come, until Ctrl-C')
    .argument('<room>', 'its name, <kind>/<id>')
    .option('-n, --last <count>', 'so many of the last ones first', version, 0)
    .addHelpText(
      'after',
      examples('tail chat/lobby', 'tail game/KFNF -n 10 --stack prod', 'tail chat/lobby --json | jq .data'),
    )
    .action(async (room: string, { last: shown, ...flags }: Flags) => {
      const { screen } = run;
      await using session = await openSession(flags, run);
      const log = await session.open(room);
      const extent = await log.extent();
      const { first = 1, last = 0 } = extent ?? {};
      let at = Math.max(first - 1, last - Math.max(0, shown));
      // Ctrl-C is how this is meant to end.
      using interrupts = watching(run);
      const { signal } = interrupts;
      while (!signal.aborted) {
        for await (const page of log.pages({ from: at + 1 })) {
          for (const event of page.events) {
            if (event.seq <= at) continue;
            await screen.print(
              flags.json ? JSON.stringify({ room, ...event }) : eventText(event, { room, last: page.to }, screen),
            );
          }
          at = Math.max(at, page.to);
        }
        await setTimeout(interval, undefined, { signal }).catch(() => {});
      }
    });
};
