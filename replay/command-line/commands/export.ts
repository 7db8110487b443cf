import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { exportRooms, wholeLog } from '../../history/export.ts';
import { examples, type PlaceFlags, readable, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { several } from '../show/count.ts';
import { requireWritable, writeWhole } from '../whole-file.ts';

interface Flags extends PlaceFlags {
  readonly output?: string;
  readonly force?: true;
}

/** `export`: rooms as a file. */
export const addExport = (program: Command, run: Run): void => {
  withPlaces(program.command('export'), ...readable)
    .description(
      'Writes rooms down as NDJSON: every event, and every recorded state. Every command reads it with --file',
    )
    .argument('<rooms...>', 'their names, <kind>/<id>')
    .option('-o, --output <file>', 'where to (default: standard output)')
    .option('--force', 'replace that file if there is one')
    .addHelpText(
      'after',
      examples('export chat/lobby -o lobby.ndjson', 'export game/KFNF chat/lobby --stack prod > bug.ndjson'),
    )
    .action(async (names: readonly string[], flags: Flags) => {
      const { screen, output, folder } = run;
      const { output: file, force = false, file: source } = flags;
      if (file !== undefined) await requireWritable({ file, force, source }, folder);
      await using session = await openSession(flags, run);
      // All rooms are opened first, so that an unknown one is reported before anything is written.
      const rooms = await Promise.all([...new Set(names)].map((name) => session.room(name)));
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
