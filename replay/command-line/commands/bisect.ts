import type { Command } from 'commander';
import { type Bisected, bisect, firstTrue } from '../../bisect.ts';
import { openExpression } from '../expression.ts';
import { examples, type PlaceFlags, readable, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { showCause } from '../show/cause.ts';
import { several } from '../show/count.ts';

interface Flags extends PlaceFlags {
  readonly every?: true;
}

const sentence = ({ room, version, by, before }: Bisected): string => {
  switch (by) {
    case 'event':
      return `${room}: first true at version ${version}. This event made it so:`;
    case 'record':
      return `${room}: true of the state recorded at version ${version}, but the events since version ${before?.version} don't lead there: the rules have changed since, or the record was altered. From the state before:`;
    case 'start':
      return `${room}: true from the beginning, the state at version ${version}:`;
  }
};

const show = async (found: Bisected, run: Run): Promise<void> => {
  await run.screen.print(sentence(found));
  await showCause(found, run);
};

/** `bisect`: the first version at which something is true. */
export const addBisect = (program: Command, run: Run): void => {
  withPlaces(program.command('bisect'), ...readable)
    .description(
      'The first version at which an expression is true, by halving over recorded states. Exits 1 if it never is',
    )
    .argument('<room>', 'its name, <kind>/<id>')
    .argument('<expression>', 'JavaScript over `state`; it should stay true once it is, but for --every')
    .option('--every', 'ask at every version, not by halving: the first, also of what comes and goes')
    .addHelpText(
      'after',
      examples(
        "bisect counter/global-counter 'state < 0'",
        "bisect game/KFNF 'state.document?.names.length > 4' --stack prod",
        'bisect chat/lobby \'state.messages.some(({ text }) => text === "")\' --file log.ndjson --json',
      ),
    )
    .action(async (name: string, expression: string, flags: Flags) => {
      await using asked = await openExpression(expression);
      const { predicate } = asked;
      await using session = await openSession(flags, run);
      const room = await session.room(name);
      const found = await (flags.every ? firstTrue : bisect)(room.log, room.kind, predicate);
      if (!found) {
        const otherwise = flags.every
          ? `is true at no version up to ${room.last}.`
          : `is not true of the newest state, version ${room.last}. If it was for a while, --every finds out.`;
        run.screen.say(`${name}: "${expression}" ${otherwise}`);
        run.exitCode = 1;
      } else if (flags.json) await run.screen.print(JSON.stringify(found));
      else await show(found, run);
      if (!flags.json) run.screen.say(`${several(session.history.reads.pages, 'page')} read`);
    });
};
