import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');
const packages = join(import.meta.dirname, '../../node_modules');

/** The code blocks that the text before them names a file for: the last that stands in backticks there. */
const files = (): readonly (readonly [name: string, text: string])[] =>
  [...readme.matchAll(/```(?!sh)\w+\n(.*?)```/gs)].map((block) => {
    const before = readme.slice(0, block.index).split('```').at(-1) ?? '';
    const name = [...before.matchAll(/`([\w./-]+\.(?:ts|mjs|json|yaml))`/g)].at(-1)?.[1];
    if (name === undefined) throw new Error(`No file is named before ${block[0]}`);
    return [name, block[1] ?? ''];
  });

const commands = [...readme.matchAll(/```sh\n(.*?)\n```/gs)].map(([, command = '']) => command.split(' '));

/** A folder with the files of the README and the packages that it asks for, gone after the test. */
const project = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'readme-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await symlink(packages, join(folder, 'node_modules'));
  for (const [name, text] of files()) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
};

/** What a shell has in which Node is the one that runs this. Vitest's own NODE_ENV is for tests. */
const shell = () => {
  const { NODE_ENV: _, ...env } = process.env;
  return { ...env, PATH: `${dirname(process.execPath)}${delimiter}${env.PATH}` };
};

/** Ends a command as Ctrl-C does: the terminal tells everything that the command has started. Waits until all of it is gone. */
const interrupt = async (child: ChildProcess): Promise<void> => {
  const closed = once(child, 'close');
  process.kill(-Number(child.pid), 'SIGINT');
  await closed;
};

/** Types a command that stays, and waits for its line `ready`. */
const begin = async (cwd: string, [name = '', ...args]: readonly string[]) => {
  const child = spawn(name, args, { cwd, env: shell(), detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-Number(child.pid), 'SIGKILL');
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('ready ')) return { child, ready: line };
  }
  throw new Error(`It ended before it was ready: ${said}`);
};

it('runs the program of the README, and ends as it is told to', async () => {
  const folder = await project();
  const [start = [], order = []] = commands;
  const { child, ready } = await begin(folder, [...start, '--port', '0']);
  expect(ready).toMatch(/^ready http:\/\/localhost:\d+$/);

  const [name = '', ...args] = order;
  const { stdout } = await promisify(execFile)(name, args, { cwd: folder, env: shell(), timeout: 60_000 });
  expect(readme).toContain(`It prints \`${stdout.trim()}\``);

  expect(await readdir(join(folder, '.shop'))).toEqual([expect.stringMatching(/^local-\d+\.json$/)]);
  await interrupt(child);
  expect(await readdir(join(folder, '.shop'))).toEqual([]);
});

it('asks for the versions of packages that it is tested with', async () => {
  const [, manifest = '{}'] = files().find(([name]) => name === 'package.json') ?? [];
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  for (const [name, version] of Object.entries(dependencies)) {
    const installed = JSON.parse(await readFile(join(packages, name, 'package.json'), 'utf8'));
    expect([name, version]).toEqual([name, installed.version]);
  }
});
