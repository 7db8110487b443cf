import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { projectName } from './graph/project.ts';

/** What a runtime that was started on the command line says of itself to other command lines in the same folder. */
export interface Running {
  readonly port: number;
  readonly pid: number;
  /** When it was started, in ms since 1970. */
  readonly since: number;
  readonly stack: string;
  /** What its Pulumi program exports. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A folder of the project's own, so that one line keeps it out of version control. */
const folderIn = async (folder: string): Promise<string> => join(folder, `.${await projectName(folder)}`);

/** One file for each port: several may run in a folder. */
const fileOf = (port: number): string => `local-${port}.json`;
const isOne = /^local-\d+\.json$/;

const isAlive = (pid: number): boolean => {
  try {
    // Signal 0 is not sent: it only asks whether there is such a process.
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // There is one, of somebody else's.
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const answers = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

const read = async (path: string): Promise<Running | undefined> => {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Running;
  } catch {
    return undefined;
  }
};

const wordsIn = async (place: string): Promise<readonly string[]> =>
  (await readdir(place).catch(() => [])).filter((file) => isOne.test(file)).map((file) => join(place, file));

/**
 * The runtimes that run in the folder of a Pulumi program, whatever their ports; who started first comes first. One that was killed leaves its file
 * behind: then its process is gone, or, where another has got its number since, nothing is on its port.
 */
export const findAllRunning = async (folder: string): Promise<readonly Running[]> => {
  const place = await folderIn(folder).catch(() => '');
  const found = await Promise.all(
    (await wordsIn(place)).map(async (path) => {
      const running = await read(path);
      return running && isAlive(running.pid) && (await answers(running.port)) ? [running] : [];
    }),
  );
  return found.flat().toSorted((one, other) => one.since - other.since);
};

/** The runtime on a port, or else the one that was started first; `undefined` if none runs in the folder. */
export const findRunning = async (folder: string, port?: number): Promise<Running | undefined> =>
  (await findAllRunning(folder)).find((running) => port === undefined || running.port === port);

/** Leaves word in a folder that a runtime runs there, and takes away those of who was killed. Rejects where the folder cannot be written to. */
export const leaveWord = async (folder: string, running: Running): Promise<void> => {
  const place = await folderIn(folder);
  const path = join(place, fileOf(running.port));
  await mkdir(place, { recursive: true });
  for (const old of await wordsIn(place)) {
    const { pid = process.pid } = (await read(old)) ?? {};
    if (!isAlive(pid)) await rm(old, { force: true });
  }
  // Whoever looks meanwhile finds the whole of it or nothing.
  const draft = `${path}.${running.pid}`;
  await writeFile(draft, JSON.stringify(running, null, 2));
  await rename(draft, path);
};

/** Takes the word back, at the very end of the process. */
export const takeWordBack = async (folder: string, port: number): Promise<void> => {
  const path = join(await folderIn(folder), fileOf(port));
  process.once('exit', () => rmSync(path, { force: true }));
};
