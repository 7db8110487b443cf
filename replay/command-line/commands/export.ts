import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { exportRooms, wholeLog } from '../../history/export.ts';
import { BadInput } from '../bad-input.ts';
import { examples, type PlaceFlags, readable, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { several } from '../show/count.ts';

interface Flags extends PlaceFlags {
  readonly output?: string;
}

/** Checks, before anything is read, that the file can be written and would not replace the file that is being read. */
const requireWritable = async (path: string, file: string, source: string | undefined): Promise<void> => {
  const at = await stat(path).catch(() => undefined);
  const folder = await stat(dirname(path)).catch(() => undefined);
  const from = source === undefined ? undefined : await stat(source).catch(() => undefined);
  if (at && from && at.ino === from.ino && at.dev === from.dev)
    throw new BadInput(`${file} is what is read: name another file to write to.`);
  if (at?.isDirectory()) throw new BadInput(`${file} is a folder: name a file in it.`);
  if (!folder?.isDirectory()) throw new BadInput(`${file} can't be written: there is no folder ${dirname(file)}.`);
};

/** Writes a file under another name first and renames it when it is whole, so that a broken export leaves none. */
const writeWhole = async (path: string, pieces: AsyncIterable<Uint8Array>, run: Run): Promise<void> => {
  const draft = `${path}.part`;
  using interrupts = run.interrupts();
  const { signal } = interrupts;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(draft), { signal });
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    signal.throwIfAborted();
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
      examples('export chat/lobby -o lobby.ndjson', 'export game/KFNF chat/lobby --stack prod > bug.ndjson'),
    )
    .action(async (names: readonly string[], flags: Flags) => {
      const { screen, output, folder } = run;
      if (flags.output !== undefined)
        await requireWritable(resolve(folder, flags.output), flags.output, flags.file && resolve(folder, flags.file));
      await using session = await openSession(flags, run);
      // All rooms are opened first, so that an unknown one is reported before anything is written.
      const rooms = await Promise.all([...new Set(names)].map((name) => session.room(name)));
      const pieces = exportRooms(await Promise.all(rooms.map(({ log }) => wholeLog(log))), Date.now());
      if (flags.output === undefined) {
        await pipeline(Readable.from(pieces), output, { end: false });
        return;
      }
      await writeWhole(resolve(folder, flags.output), pieces, run);
      for (const { log, last } of rooms)
        if (flags.json) await screen.print(JSON.stringify({ room: log.room, version: last, file: flags.output }));
      if (!flags.json) screen.say(`${several(rooms.length, 'room')} in ${flags.output}`);
    });
};
