import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { projectName } from './graph/project.ts';

/** What a runtime that was started on the command line says of itself to other command lines in the same folder. */
export interface Running {
  readonly port: number;
  readonly pid: number;
  readonly stack: string;
  /** What its Pulumi program exports. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** In a folder of the project's own, so that one line keeps it out of version control. */
const pathIn = async (folder: string): Promise<string> => join(folder, `.${await projectName(folder)}`, 'local.json');

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

const read = async (folder: string): Promise<Running | undefined> => {
  try {
    return JSON.parse(await readFile(await pathIn(folder), 'utf8')) as Running;
  } catch {
    return undefined;
  }
};

/**
 * The runtime that runs in the folder of a Pulumi program, whatever its port; `undefined` if none does. One that was killed leaves its file behind:
 * then its process is gone, or, where another has got its number since, nothing is on its port.
 */
export const findRunning = async (folder: string): Promise<Running | undefined> => {
  const running = await read(folder);
  return running && isAlive(running.pid) && (await answers(running.port)) ? running : undefined;
};

/**
 * Leaves word in a folder that a runtime runs there, for as long as this process does. Of several the first is found:
 * rejects for the others, and where the folder cannot be written to.
 */
export const leaveWord = async (folder: string, running: Running): Promise<void> => {
  const other = await findRunning(folder);
  if (other && other.pid !== running.pid) throw new Error(`they go to the one on port ${other.port}, started earlier.`);
  const path = await pathIn(folder);
  await mkdir(dirname(path), { recursive: true });
  // Whoever looks meanwhile finds the whole of it or nothing.
  const draft = `${path}.${running.pid}`;
  await writeFile(draft, JSON.stringify(running, null, 2));
  await rename(draft, path);
  process.once('exit', () => rmSync(path, { force: true }));
};
