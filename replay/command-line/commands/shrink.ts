import type { Command } from 'commander';
import type { LoggedEvent } from '../../../domain/event.ts';
import { shrink } from '../../shrink.ts';
import { earliest } from '../../state.ts';
import { steps } from '../../steps.ts';
import { BadInput } from '../bad-input.ts';
import { openExpression } from '../expression.ts';
import { examples, type PlaceFlags, readable, version, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { countText, several } from '../show/count.ts';
import { givenTest } from '../show/given.ts';

interface Flags extends PlaceFlags {
  readonly at?: number;
}

/** `shrink`: a test out of a bug. */
export const addShrink = (program: Command, run: Run): void => {
  withPlaces(program.command('shrink'), ...readable)
    .description(
      'The fewest events of a room that make an expression true, as a test that fails for as long as they do. Exits 1 if it is not true',
    )
    .argument('<room>', 'its name, <kind>/<id>')
    .argument('<expression>', 'JavaScript over `state`')
    .option('--at <version>', 'true of this version (default: the newest)', version)
    .addHelpText(
      'after',
      examples(
        "shrink counter/global-counter 'state < 0'",
        "shrink game/KFNF 'state.document?.round > 3' --file bug.ndjson > test/domain/kinds/bug.test.ts",
      ),
    )
    .action(async (name: string, expression: string, flags: Flags) => {
      const { screen } = run;
      await using asked = await openExpression(expression);
      await using session = await openSession(flags, run);
      const { log, kind, last } = await session.room(name);
      const { at = last } = flags;
      const start = await earliest(log, kind);
      if (start.version > 0)
        throw new BadInput(
          `The log of ${name} begins with the state at version ${countText(start.version)}: what made that is gone, and a test could not begin with it.`,
        );
      const events: LoggedEvent[] = [];
      for await (const { event } of steps(log, kind, { to: at })) if (event.refused === undefined) events.push(event);
      const found = await shrink(kind, start.state, events, asked.predicate);
      if (!found) {
        screen.say(
          `${name}: "${expression}" is not true of version ${countText(at)} by the rules in this folder. bisect --every says whether it ever was.`,
        );
        run.exitCode = 1;
      } else if (flags.json)
        await screen.print(JSON.stringify({ room: name, version: at, events: found.events, state: found.state }));
      else {
        for (const line of givenTest(kind.name, found.events, expression)) await screen.print(line);
        screen.say(
          `${several(found.events.length, 'event')} of ${countText(events.length)} will do; ${several(found.tries, 'sequence')} tried. The test goes into test/domain/kinds/.`,
        );
      }
    });
};
