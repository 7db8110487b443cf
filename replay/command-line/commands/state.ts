import type { Command } from 'commander';
import { changes } from '../../diff.ts';
import { type Replayed, stateAt } from '../../state.ts';
import { examples, type PlaceFlags, readable, version, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { changeLines } from '../show/changes.ts';
import { inert } from '../show/inert.ts';

interface Flags extends PlaceFlags {
  readonly at?: number;
  readonly diff?: number;
}

/** Events on which the rules throw now have left the state as it was: whoever looks at it should know. */
const sayFaults = ({ faults }: Replayed, { screen }: Run): void => {
  for (const { version, message } of faults)
    screen.say(`Event ${version} counted, and the rules fail on it now: ${inert(message)}`);
};

const showState = async (moment: Replayed, json: boolean, { screen }: Run): Promise<void> => {
  const { room, version, state } = moment;
  if (json) return screen.print(JSON.stringify({ room, version, state }));
  await screen.print(screen.paint('dim', `${room}, version ${version}`));
  for (const line of JSON.stringify(state, null, 2).split('\n')) await screen.print(line);
};

const showChanges = async (before: Replayed, after: Replayed, json: boolean, { screen }: Run): Promise<void> => {
  const { room, version } = after;
  const found = changes(before.state, after.state);
  if (json) {
    for (const change of found) await screen.print(JSON.stringify({ room, version, since: before.version, ...change }));
    return;
  }
  await screen.print(screen.paint('dim', `${room}, from version ${before.version} to ${version}`));
  for (const line of found.length > 0 ? changeLines(found, screen) : ['The states are the same.'])
    await screen.print(line);
};

/** `state`: a moment of a room, or what changed between two. */
export const addState = (program: Command, run: Run): void => {
  withPlaces(program.command('state'), ...readable)
    .description('The state of a room at a version, or what changed between two')
    .argument('<room>', 'its name, <kind>/<id>')
    .option('--at <version>', 'the state after this event (default: the newest)', version)
    .option(
      '--diff <version>',
      'what changed between this version and that of --at, from the older to the newer',
      version,
    )
    .addHelpText(
      'after',
      examples(
        'state chat/lobby',
        'state game/KFNF --at 120 --stack prod',
        'state game/KFNF --at 119 --diff 120 --file log.ndjson',
      ),
    )
    .action(async (room: string, flags: Flags) => {
      await using session = await openSession(flags, run);
      const { at, diff, json = false } = flags;
      const { log, kind, last } = await session.room(room);
      const moment = await stateAt(log, kind, at ?? last);
      sayFaults(moment, run);
      if (diff === undefined) return showState(moment, json, run);
      const other = await stateAt(log, kind, diff);
      sayFaults(other, run);
      const [before, after] = diff < moment.version ? [other, moment] : [moment, other];
      return showChanges(before, after, json, run);
    });
};
