import { type Command, Option } from 'commander';
import { createHeads } from '../../../store/heads.ts';
import { createRestore, type Restore } from '../../../store/restore.ts';
import { ReplayError } from '../../errors.ts';
import type { RoomSummary } from '../../history/history.ts';
import { type Imported, importRoom, requireImportable } from '../../history/import.ts';
import { watched } from '../../log.ts';
import { otherName, reachable } from '../../names.ts';
import { BadInput } from '../bad-input.ts';
import { type Database, openDatabase } from '../database.ts';
import { examples, type PlaceFlags, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession, type Session } from '../session.ts';
import { several } from '../show/count.ts';

interface Flags extends PlaceFlags {
  readonly as?: string;
}

/** A room of the file, and the name that it gets. */
interface Wanted extends RoomSummary {
  readonly name: string;
}

const wantedOf = (rooms: readonly RoomSummary[], as: string | undefined, file: string): readonly Wanted[] => {
  if (rooms.length === 0) throw new BadInput(`There is no room in ${file}.`);
  if (as !== undefined && rooms.length > 1)
    throw new BadInput(`There are ${rooms.length} rooms in ${file}, and --as names one: export that room alone.`);
  const wanted = rooms.map((room) => ({ ...room, name: reachable(as ?? room.room) }));
  const names = wanted.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new BadInput(`Two rooms in ${file} are one to clients, ${twice}: export one of them.`);
  return wanted;
};

/** Checks that none of the rooms exists yet, before the first is written. */
const requireFree = async (wanted: readonly Wanted[], { client, tables }: Database): Promise<void> => {
  const heads = createHeads(client, tables.heads);
  for (const { name } of wanted)
    if ((await heads.version(name)) > 0)
      throw new ReplayError('not-importable', `${name} exists already. ${otherName(name)}`);
};

const importOne = async (
  source: Session,
  { room, name, pages = 1 }: Wanted,
  restore: Restore,
  { screen }: Run,
  signal: AbortSignal,
) => {
  let writing = false;
  let read = 0;
  const log = watched(await source.history.open(room), () => {
    // Ctrl-C does not stop a room that has begun: half a room would be of no use, and in the way of another try.
    if (!writing) signal.throwIfAborted();
    read += 1;
    screen.progress(name, read / (2 * pages));
  });
  const claim: Restore['claim'] = (...head) => {
    signal.throwIfAborted();
    writing = true;
    return restore.claim(...head);
  };
  return importRoom(log, { ...restore, claim }, name);
};

const sentence = ({ room, version, events, pages }: Imported): string =>
  `${room}: version ${version}, ${several(events, 'event')} in ${several(pages, 'page')}`;

/** `import`: rooms from a file. */
export const addImport = (program: Command, run: Run): void => {
  withPlaces(program.command('import'), 'local', 'data')
    .description(
      'Writes the rooms of an export into the local runtime, as they were. Never into a deployed stack, nor over a room',
    )
    .argument('<file>', 'an export')
    .option('--as <room>', 'another name for the room, of the same kind')
    .addOption(new Option('--stack <name>').hideHelp())
    .addHelpText('after', examples('import bug.ndjson', 'import bug.ndjson --as game/COPY'))
    .action(async (file: string, { as, stack, ...flags }: Flags) => {
      if (stack !== undefined)
        throw new BadInput('A deployed stack takes no imports: what is in its rooms was sent by its clients.');
      await using source = await openSession({ file }, run);
      if (source.history.cutOff !== undefined) throw new BadInput('Nothing was imported: a room would lack its end.');
      const wanted = wantedOf(await source.history.rooms(), as, file);
      const database = await openDatabase(flags, run.folder);
      try {
        await requireFree(wanted, database);
        // Every room is read before any is written: if one is damaged, nothing is imported.
        for (const { room, name } of wanted.slice(1)) await requireImportable(await source.history.open(room), name);
        const restore = createRestore(database.client, database.tables);
        using interrupts = run.interrupts();
        for (const room of wanted) {
          const imported = await importOne(source, room, restore, run, interrupts.signal);
          await run.screen.print(flags.json ? JSON.stringify(imported) : sentence(imported));
        }
      } finally {
        await database.close();
      }
    });
};
