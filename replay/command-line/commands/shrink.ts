import type { Command } from 'commander';
import { givenTest } from '../../given.ts';
import { shrinkRoom } from '../../shrink.ts';
import { openExpression } from '../expression.ts';
import { examples, type PlaceFlags, readable, version, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { countText, several } from '../show/count.ts';

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
      const { shrunk: found, of } = await shrinkRoom(log, kind, at, asked.predicate);
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
          `${several(found.events.length, 'event')} of ${countText(of)} will do; ${several(found.tries, 'sequence')} tried. The test goes into test/domain/kinds/.`,
        );
      }
    });
};
