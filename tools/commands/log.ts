import type { Command } from 'commander';
import { type EventFilter, events } from '../../domain/replay/events.ts';
import { requireStretch } from '../../domain/replay/state.ts';
import { examples, type PlaceFlags, readable, version, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { eventText } from '../show/event.ts';

type Flags = PlaceFlags & EventFilter;

/** `log`: the events of a room, a line each. */
export const addLog = (program: Command, run: Run): void => {
  withPlaces(program.command('log'), ...readable)
    .description('The events of a room, one a line: seq, time (UTC), who, type, data in brief, refusal')
    .argument('<room>', 'its name, <kind>/<id>')
    .option('--from <seq>', 'the first event', version)
    .option('--to <seq>', 'the last event', version)
    .option('--type <type>', 'those of this type')
    .option('--by <who>', 'those of this sender')
    .option('--refused', 'those that were refused')
    .option('--no-refused', 'those that counted')
    .addHelpText(
      'after',
      examples(
        'log chat/lobby --from 100 --to 120',
        'log game/KFNF --refused --stack prod',
        'log counter/global-counter --type minus --by ann --file log.ndjson --json',
      ),
    )
    .action(async (room: string, flags: Flags) => {
      await using session = await openSession(flags, run);
      const { log, last } = await session.room(room);
      await requireStretch(log, flags.from, flags.to);
      for await (const { event } of events(log, flags))
        await run.screen.print(flags.json ? JSON.stringify({ room, ...event }) : eventText(event, last, run.screen));
    });
};
