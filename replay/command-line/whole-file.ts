import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BadInput } from './bad-input.ts';
import type { Run } from './run.ts';

/** A file that a command writes. */
export interface Target {
  /** As the person wrote it. */
  readonly file: string;
  /** Replaces a file that exists. */
  readonly force: boolean;
  /** The file that is read, if one is: never written over. */
  readonly source?: string | undefined;
}

const isThere = (file: string): BadInput =>
  new BadInput(`${file} exists already: name another file, or replace it with --force.`);

/** Checks, before anything is read, that the file can be written. Throws `BadInput`. */
export const requireWritable = async ({ file, force, source }: Target, folder: string): Promise<void> => {
  const path = resolve(folder, file);
  const at = await stat(path).catch(() => undefined);
  const parent = await stat(dirname(path)).catch(() => undefined);
  const from = source === undefined ? undefined : await stat(resolve(folder, source)).catch(() => undefined);
  if (at && from && at.ino === from.ino && at.dev === from.dev)
    throw new BadInput(`${file} is what is read: name another file to write to.`);
  if (at?.isDirectory()) throw new BadInput(`${file} is a folder: name a file in it.`);
  if (!parent?.isDirectory()) throw new BadInput(`${file} can't be written: there is no folder ${dirname(file)}.`);
  // A link that leads nowhere is there, too.
  if (!force && (await lstat(path).catch(() => undefined))) throw isThere(file);
};

/** Takes a name that nobody has. Throws `BadInput` if somebody was quicker. */
const claim = async (path: string, file: string): Promise<void> => {
  try {
    await (await open(path, 'wx')).close();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw isThere(file);
    throw cause;
  }
};

/** A new file, and never what a link of its name leads to. */
const fresh = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/**
 * Writes a file under a name that nobody can guess and renames it when it is whole, so that a broken export leaves none, and
 * nobody can put a link in its way.
 */
export const writeWhole = async (
  { file, force }: Target,
  pieces: AsyncIterable<Uint8Array>,
  { folder, interrupts: takeInterrupts }: Pick<Run, 'folder' | 'interrupts'>,
): Promise<void> => {
  const path = resolve(folder, file);
  const draft = `${path}.${randomUUID()}.part`;
  using interrupts = takeInterrupts();
  const { signal } = interrupts;
  const handle = await open(draft, fresh);
  try {
    await pipeline(Readable.from(pieces), handle.createWriteStream(), { signal });
    if (!force) await claim(path, file);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    signal.throwIfAborted();
    throw cause;
  }
};
