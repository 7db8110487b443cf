import type { Command } from 'commander';
import { forkRoom } from '../../history/fork.ts';
import { copyName, reachable } from '../../names.ts';
import { openDatabase } from '../database.ts';
import { pageOf } from '../page-of.ts';
import { examples, type PlaceFlags, readable, version, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { countText } from '../show/count.ts';

interface Flags extends PlaceFlags {
  readonly at?: number;
  readonly as?: string;
}

/** `fork`: a room that goes on from a version of another. */
export const addFork = (program: Command, run: Run): void => {
  withPlaces(program.command('fork'), ...readable)
    .description(
      'A new room in the local runtime that goes on from a version of this one, by the rules in this folder. This one stays as it is',
    )
    .argument('<room>', 'its name, <kind>/<id>, wherever it is')
    .option('--at <version>', 'goes on from this version (default: the newest)', version)
    .option('--as <room>', 'the name of the new room, of the same kind (default: one that nobody has)')
    .addHelpText(
      'after',
      examples(
        'fork game/KFNF --at 120',
        'fork chat/lobby --stack prod --at 7 --as chat/bug',
        'fork game/KFNF --file bug.ndjson',
      ),
    )
    .action(async (name: string, { at, as, json, ...place }: Flags) => {
      // Of several runtimes the fork goes where the room is that it comes from.
      const { port } = place;
      const target = await openDatabase(port === undefined ? {} : { port }, run.folder);
      try {
        await using session = await openSession(place, run);
        const { log, kind, last } = await session.room(name);
        const start = { version: at ?? last, as: reachable(as ?? copyName(name)), at: Date.now() };
        const forked = await forkRoom(log, kind, start, target);
        const path = pageOf(forked.room, run.folder);
        const page = path === undefined ? undefined : `${target.pages}${path}`;
        if (json) return run.screen.print(JSON.stringify({ ...forked, page }));
        await run.screen.print(
          `${forked.room} goes on from version ${countText(forked.version)} of ${name}, in ${target.name}.`,
        );
        if (page !== undefined) await run.screen.print(`Play on at ${page}`);
      } finally {
        await target.close();
      }
    });
};
