import type { Command } from 'commander';
import { type EventFilter, events } from '../../events.ts';
import { requireStretch } from '../../state.ts';
import { BadInput } from '../bad-input.ts';
import { examples, type PlaceFlags, readable, version, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { eventText } from '../show/event.ts';

type Flags = PlaceFlags & EventFilter;

/** `log`: the events of a room, a line each. */
export const addLog = (program: Command, run: Run): void => {
  const command = program.command('log');
  // Commander takes the two for one option: the last one given counts.
  const asked = new Set<string>();
  for (const option of ['refused', 'no-refused']) command.on(`option:${option}`, () => asked.add(option));
  withPlaces(command, ...readable)
    .description('The events of a room, one a line: seq, time (UTC), who, type, data in brief, refusal')
    .argument('<room>', 'its name, <kind>/<id>')
    .option('--from <seq>', 'the first event', version)
    .option('--to <seq>', 'the last event', version)
    .option('--type <type>', 'those of this type')
    .option('--by <who>', 'those of this sender')
    .option('--text <text>', 'those that say this anywhere, in whatever case')
    .option('--refused', 'those that were refused')
    .option('--no-refused', 'those that counted')
    .addHelpText(
      'after',
      examples(
        'log chat/lobby --from 100 --to 120',
        'log game/KFNF --refused --stack prod',
        'log chat/lobby --text "tea" --file log.ndjson',
        'log counter/global-counter --type minus --by ann --file log.ndjson --json',
      ),
    )
    .action(async (room: string, flags: Flags) => {
      if (asked.size > 1) throw new BadInput('--refused and --no-refused leave nothing: give one of them.');
      await using session = await openSession(flags, run);
      const { log, last, kind } = await session.room(room);
      await requireStretch(log, flags.from, flags.to);
      let isEmpty = true;
      for await (const { event } of events(log, flags)) {
        isEmpty = false;
        await run.screen.print(
          flags.json ? JSON.stringify({ room, ...event }) : eventText(event, { room, last }, run.screen),
        );
      }
      // A log may have events of types that its kind had once: only where there are none is the type a mistake.
      const types = Object.keys({ ...kind.actions, ...kind.internal });
      if (isEmpty && flags.type !== undefined && !types.includes(flags.type))
        throw new BadInput(`No event of ${room} has the type "${flags.type}": its kind has ${types.join(', ')}.`);
    });
};
