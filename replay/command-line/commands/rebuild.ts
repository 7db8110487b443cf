import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createRestore, type Restore } from '../../../store/restore.ts';
import { changes } from '../../diff.ts';
import { databaseHistory } from '../../history/database.ts';
import { type Correction, corrections } from '../../rebuild.ts';
import type { FoldFault } from '../../state.ts';
import { BadInput } from '../bad-input.ts';
import { openDatabase } from '../database.ts';
import { examples, type PlaceFlags, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { type OpenRoom, openRoom, sayUnreadable } from '../session.ts';
import { changeLines } from '../show/changes.ts';
import { several } from '../show/count.ts';
import { inert } from '../show/inert.ts';

interface Flags extends PlaceFlags {
  readonly write?: true;
  readonly output?: string;
}

/** Corrections that are shown to a person, and changes of each. */
const [mostShown, mostChanges] = [10, 5];

const show = async ({ room, version, recorded, state }: Correction, { screen }: Run): Promise<void> => {
  await screen.print(`${room}, version ${version}: ${screen.paint('dim', 'what is recorded → what it should be')}`);
  for (const line of changeLines(changes(recorded, state), screen, mostChanges)) await screen.print(`    ${line}`);
};

/** A dry run: folds the room, shows the states that would be corrected, and returns how many. */
const look = async ({ log, kind }: OpenRoom, json: boolean, run: Run): Promise<number> => {
  const { screen } = run;
  const onFault = ({ version, message }: FoldFault): void =>
    screen.say(`Event ${version} counted, and the rules fail on it now: ${inert(message)}`);
  let count = 0;
  for await (const correction of corrections(log, kind, onFault)) {
    count += 1;
    if (json) await screen.print(JSON.stringify(correction));
    else if (count <= mostShown) await show(correction, run);
  }
  if (!json && count > mostShown) await screen.print(`… and ${several(count - mostShown, 'more recorded state')}`);
  return count;
};

/** Opens a new file for the states that are replaced. Throws if the file exists, for it may hold those of an earlier run. */
const createStates = async (path: string) => {
  try {
    return await open(path, 'wx');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BadInput(`The old states can't be saved, so nothing was corrected: ${why}`, { cause });
  }
};

/** Writes each old state into the file, then corrects it in the table. Returns how many were corrected. */
const correct = async ({ log, kind }: OpenRoom, restore: Restore, path: string): Promise<number> => {
  const states = await createStates(path);
  let count = 0;
  try {
    for await (const { room, version, from, recorded, state } of corrections(log, kind)) {
      await states.appendFile(`${inert(JSON.stringify({ room, version, from, state: recorded }))}\n`);
      await states.datasync();
      if (await restore.correct(room, from, version, state)) count += 1;
    }
  } finally {
    await states.close();
  }
  return count;
};

const defaultFile = (room: string): string =>
  `${room.replace('/', '-')}-states-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.ndjson`;

/** `rebuild`: corrects recorded states after a bug in `fold` was mended. */
export const addRebuild = (program: Command, run: Run): void => {
  withPlaces(program.command('rebuild'), 'local', 'data', 'stack')
    .description(
      'Folds a room afresh with the rules in this folder and corrects its recorded states, after a bug in `fold` was mended. Shows what it would do unless --write',
    )
    .argument('<room>', 'its name, <kind>/<id>')
    .option('--write', 'correct the states; those that were there go to a file first')
    .option('-o, --output <file>', 'that file (default: <room>-states-<time>.ndjson in this folder)')
    .addHelpText('after', examples('rebuild game/KFNF', 'rebuild game/KFNF --write --stack prod -o before.ndjson'))
    .action(async (name: string, { json = false, write, output: file = defaultFile(name), ...place }: Flags) => {
      const { screen, folder } = run;
      const { name: from, client, tables, close } = await openDatabase(place, folder, screen.say);
      try {
        const room = await openRoom(databaseHistory(from, client, tables, sayUnreadable(run)), name, run);
        // A dry run first: a log that can't be folded to its end is not touched.
        const count = await look(room, json, run);
        if (count === 0) screen.say(`${name}: every recorded state is what the rules make of it. Nothing to correct.`);
        else if (!write) screen.say(`${several(count, 'recorded state')} of ${name} would change: --write does it.`);
        else {
          const corrected = await correct(room, createRestore(client, tables), resolve(folder, file));
          screen.say(`${several(corrected, 'recorded state')} of ${name} corrected. The old ones are in ${file}.`);
          screen.say('Functions may hold an old state in memory: start the local runtime again, or deploy the stack.');
        }
      } finally {
        await close();
      }
    });
};
