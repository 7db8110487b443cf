import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Page } from '../../../domain/page.ts';
import { runFoldcast } from '../../../replay/command-line/program.ts';
import { exportRooms } from '../../../replay/history/export.ts';

/** What the command line printed, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Given {
  readonly folder?: string;
  /** What is typed, as a terminal sends it; no terminal without it. */
  readonly typed?: string;
  /** Aborted for Ctrl-C. */
  readonly signal?: AbortSignal;
}

/** Runs the command line in this process, with pipes for a terminal. */
export const foldcast = async (args: readonly string[], given: Given = {}): Promise<Ran> => {
  const { folder = tmpdir(), typed, signal = new AbortController().signal } = given;
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
  if (typed !== undefined) Object.assign(input, { isTTY: true });
  input.end(typed);
  const interrupts = () => ({ signal, [Symbol.dispose]: () => {} });
  const printed = Promise.all([text(output), text(errors)]);
  const code = await runFoldcast(args, { folder, input, output, errors, interrupts });
  output.end();
  errors.end();
  const [stdout, stderr] = await printed;
  return { code, stdout, stderr };
};

/** The objects of an answer to `--json`. */
export const objects = ({ stdout }: Ran): readonly Readonly<Record<string, unknown>>[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

/** A folder that is gone after the test. */
export const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'foldcast-tools-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** A folder with an export `log.ndjson` of these rooms, by their pages. */
export const folderWithExport = async (...rooms: readonly (readonly Page[])[]): Promise<string> => {
  const folder = await newFolder();
  const named = rooms.map((pages) => ({ room: pages[0]?.room ?? '', pages, head: pages.at(-1)?.to ?? 0 }));
  await writeFile(join(folder, 'log.ndjson'), exportRooms(named, 0));
  return folder;
};

/** A folder in which a runtime of this process is found as if it had been started there. */
export const folderOf = async (port: number, outputs: Readonly<Record<string, unknown>>): Promise<string> => {
  const folder = await newFolder();
  await writeFile(join(folder, 'Pulumi.yaml'), 'name: foldcast\n');
  await mkdir(join(folder, '.foldcast'));
  await writeFile(
    join(folder, `.foldcast/local-${port}.json`),
    JSON.stringify({ port, pid: process.pid, stack: 'dev', since: 0, outputs }),
  );
  return folder;
};
