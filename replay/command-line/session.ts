import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Kind } from '../../domain/kind.ts';
import type { Page } from '../../domain/page.ts';
import { registry } from '../../domain/registry.ts';
import type { History } from '../history/history.ts';
import { type RoomLog, watched } from '../log.ts';
import { remembered } from '../remembered.ts';
import { rulesOf } from '../rules.ts';
import { extentOf } from '../state.ts';
import { BadInput } from './bad-input.ts';
import type { PlaceFlags } from './places.ts';
import type { Run } from './run.ts';
import type { Source } from './source.ts';

/** A room, and the rules that this project has for it. */
export interface OpenRoom {
  readonly log: RoomLog;
  readonly kind: Kind;
  /** The last version. */
  readonly last: number;
}

/** A place that is being read. `await using` closes it. */
export interface Session extends AsyncDisposable {
  readonly history: History;
  /** For threads that open it, too. */
  readonly source: Source;
  /** The log of a room as it is now and grows. Throws `unknown-room`. */
  open(name: string): Promise<RoomLog>;
  /** Throws `unknown-room` or `unknown-kind`. */
  room(name: string): Promise<OpenRoom>;
}

/** Opens a log. If there is none, but one under the name that a client's spelling leads to, the error says which: `game/kfnf` is `game/KFNF`. */
const openLog = async (history: History, room: string): Promise<RoomLog> => {
  try {
    return await history.open(room);
  } catch (cause) {
    const meant = registry.find(room)?.room;
    if (meant === undefined || meant === room || !(await history.open(meant).catch(() => undefined))) throw cause;
    throw new BadInput(`There is no room "${room}" in ${history.name}: ${meant} is there.`, { cause });
  }
};

/** Opens a room. Reading its pages moves the progress bar. Throws as `Session.room` does. */
export const openRoom = async (history: History, room: string, { screen }: Run): Promise<OpenRoom> => {
  const log = remembered(await openLog(history, room));
  const kind = rulesOf(registry, room);
  const { first, last } = await extentOf(log);
  const onPage = ({ to }: Page): void => screen.progress(room, (to - first + 1) / (last - first + 1));
  return { log: watched(log, onPage), kind, last };
};

const openExport = async (file: string, run: Run): Promise<History> => {
  const { folder, screen } = run;
  const { openFile } = await import('../history/open-file.ts');
  const path = resolve(folder, file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new BadInput(`${file} is a folder: name an export.`);
  if (found?.isFIFO()) throw new BadInput(`${file} is a pipe, which can't be read here and there: give a file.`);
  const size = found?.size ?? 0;
  let read = 0;
  const history = await openFile(path, (bytes) => {
    read += bytes;
    screen.progress(`looking through ${file}`, read / size);
  });
  if (history.cutOff !== undefined) {
    screen.say(history.cutOff);
    run.exitCode = 1;
  }
  return history;
};

/** Says of each page that can't be read that it is passed by, once. */
export const sayUnreadable = ({ screen }: Run): ((page: Page) => void) => {
  const said = new Set<string>();
  return ({ unreadable = '' }) => {
    if (!said.has(unreadable)) screen.say(unreadable);
    said.add(unreadable);
  };
};

/** Opens what is asked for. Throws `NoPlace`, `BadInput` or `bad-file`. */
export const openSession = async (flags: PlaceFlags, run: Run): Promise<Session> => {
  const of = (history: History, source: Source, close: () => Promise<void>): Session => ({
    history,
    source,
    open: (name) => openLog(history, name),
    room: (name) => openRoom(history, name, run),
    [Symbol.asyncDispose]: close,
  });
  if (flags.file !== undefined)
    return of(await openExport(flags.file, run), { file: resolve(run.folder, flags.file) }, async () => {});
  // Loaded only here: the AWS SDK takes longer to load than most files to read.
  const [{ openDatabase }, { databaseHistory }] = await Promise.all([
    import('./database.ts'),
    import('../history/database.ts'),
  ]);
  const { name, aws, client, tables, close } = await openDatabase(flags, run.folder, run.screen.say);
  return of(databaseHistory(name, client, tables, sayUnreadable(run)), { name, aws, tables }, close);
};
