import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { BadInput } from '../bad-input.ts';
import { exportRooms, wholeLog } from '../history/export.ts';
import { examples, type PlaceFlags, readable, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { several } from '../show/count.ts';

interface Flags extends PlaceFlags {
  readonly output?: string;
}

/** Before anything is read: a file can be made there. */
const requireWritable = async (path: string, file: string): Promise<void> => {
  const at = await stat(path).catch(() => undefined);
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (at?.isDirectory()) throw new BadInput(`${file} is a folder: name a file in it.`);
  if (!folder?.isDirectory()) throw new BadInput(`${file} can't be written: there is no folder ${dirname(file)}.`);
};

/** Writes a file that is there when it is whole, and not before. */
const writeWhole = async (path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> => {
  const draft = `${path}.part`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(draft));
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw cause;
  }
};

/** `export`: rooms as a file. */
export const addExport = (program: Command, run: Run): void => {
  withPlaces(program.command('export'), ...readable)
    .description(
      'Writes rooms down as NDJSON: every event, and every recorded state. Every command reads it with --file',
    )
    .argument('<rooms...>', 'their names, <kind>/<id>')
    .option('-o, --output <file>', 'where to (default: standard output)')
    .addHelpText(
      'after',
      examples('export chat/lobby -o lobby.ndjson', 'export game/KFNF chat/lobby --stack prod | gzip > bug.ndjson.gz'),
    )
    .action(async (names: readonly string[], flags: Flags) => {
      const { screen, output, folder } = run;
      if (flags.output !== undefined) await requireWritable(resolve(folder, flags.output), flags.output);
      await using session = await openSession(flags, run);
      // A room that is not there is known before anything is written.
      const rooms = await Promise.all([...new Set(names)].map((name) => session.room(name)));
      const pieces = exportRooms(await Promise.all(rooms.map(({ log }) => wholeLog(log))), Date.now());
      if (flags.output === undefined) {
        await pipeline(Readable.from(pieces), output, { end: false });
        return;
      }
      await writeWhole(resolve(folder, flags.output), pieces);
      for (const { log, last } of rooms)
        if (flags.json) await screen.print(JSON.stringify({ room: log.room, version: last, file: flags.output }));
      if (!flags.json) screen.say(`${several(rooms.length, 'room')} in ${flags.output}`);
    });
};
