import type { Command } from 'commander';
import { type Bisected, bisect } from '../../bisect.ts';
import type { Came } from '../../follow.ts';
import { openExpression } from '../expression.ts';
import { live } from '../live.ts';
import { examples, type PlaceFlags, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { showCause } from '../show/cause.ts';
import { countText } from '../show/count.ts';
import { watching } from '../watching.ts';

/** Since when something is true that is so already, as `bisect` finds it. */
const since = async (
  name: string,
  place: PlaceFlags,
  predicate: Parameters<typeof bisect>[2],
  run: Run,
): Promise<Bisected | undefined> => {
  await using session = await openSession(place, run);
  const { log, kind } = await session.room(name);
  return bisect(log, kind, predicate);
};

const foundBy = (room: string, { version, state, by }: Came): Bisected =>
  by ? { room, version, state, by: 'event', ...by } : { room, version, state, by: 'start' };

const sentence = ({ room, version, by }: Bisected, isNew: boolean): string => {
  const at = `${room}: ${isNew ? 'true now, at' : 'true already, since'} version ${countText(version)}.`;
  return by === 'event' ? `${at} This event made it so:` : `${at} The state:`;
};

/** `watch`: when something becomes true. */
export const addWatch = (program: Command, run: Run): void => {
  withPlaces(program.command('watch'), 'local', 'stack')
    .description(
      'Waits until an expression is true of a room, says which event made it so, and ends. Ctrl-C ends it, too',
    )
    .argument('<room>', 'its name, <kind>/<id>')
    .argument('<expression>', 'JavaScript over `state`, asked after every event')
    .addHelpText(
      'after',
      examples(
        "watch counter/global-counter 'state < 0'",
        "watch game/KFNF 'state.document?.board.some(Number.isNaN)' --stack prod",
        "watch chat/lobby 'state.messages.length > 9' --json && ./next-step",
      ),
    )
    .action(async (name: string, expression: string, { json, ...place }: PlaceFlags) => {
      const { screen } = run;
      await using asked = await openExpression(expression);
      // Ctrl-C is one way in which this is meant to end.
      using interrupts = watching(run);
      let waits = false;
      for await (const came of live(name, place, run, interrupts.signal)) {
        const isNew = came.by !== undefined || came.anew === true;
        // An event that was refused, or made no difference, leaves the answer as it was.
        if (came.by?.before.state === came.state) continue;
        if (await asked.predicate(came.state, came.version)) {
          const found = (isNew ? undefined : await since(name, place, asked.predicate, run)) ?? foundBy(name, came);
          if (json) return screen.print(JSON.stringify(found));
          await screen.print(sentence(found, isNew));
          return showCause(found, run);
        }
        if (!waits) screen.say(`${name}: not true at version ${countText(came.version)}, watched from here on.`);
        waits = true;
      }
    });
};
