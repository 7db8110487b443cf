import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { exportRooms, wholeLog } from '../../history/export.ts';
import { BadInput } from '../bad-input.ts';
import { examples, type PlaceFlags, readable, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { several } from '../show/count.ts';
import { requireWritable, writeWhole } from '../whole-file.ts';

interface Flags extends PlaceFlags {
  readonly output?: string;
  readonly force?: true;
  readonly all?: true;
}

/** `export`: rooms as a file. */
export const addExport = (program: Command, run: Run): void => {
  withPlaces(program.command('export'), ...readable)
    .description(
      'Writes rooms down as NDJSON: every event, and every recorded state. Every command reads it with --file',
    )
    .argument('[rooms...]', 'their names, <kind>/<id>')
    .option('--all', 'all rooms that there are')
    .option('-o, --output <file>', 'where to (default: standard output)')
    .option('--force', 'replace that file if there is one')
    .addHelpText(
      'after',
      examples(
        'export chat/lobby -o lobby.ndjson',
        'export game/KFNF chat/lobby --stack prod > bug.ndjson',
        'export --all -o all.ndjson',
      ),
    )
    .action(async (names: readonly string[], flags: Flags) => {
      const { screen, output, folder } = run;
      const { output: file, force = false, file: source, all = false } = flags;
      if (all === names.length > 0) throw new BadInput('Name the rooms, or give --all: one of the two.');
      if (file !== undefined) await requireWritable({ file, force, source }, folder);
      await using session = await openSession(flags, run);
      // All rooms are opened first, so that an unknown one is reported before anything is written.
      const wanted = all ? (await session.history.rooms()).map(({ room }) => room) : names;
      const rooms = await Promise.all([...new Set(wanted)].map((name) => session.room(name)));
      const pieces = exportRooms(await Promise.all(rooms.map(({ log }) => wholeLog(log))), Date.now());
      if (file === undefined) {
        await pipeline(Readable.from(pieces), output, { end: false });
        return;
      }
      await writeWhole({ file, force }, pieces, run);
      for (const { log, last } of rooms)
        if (flags.json) await screen.print(JSON.stringify({ room: log.room, version: last, file }));
      if (!flags.json) screen.say(`${several(rooms.length, 'room')} in ${file}`);
    });
};
