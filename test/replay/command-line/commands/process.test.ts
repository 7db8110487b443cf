import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startReady } from '../../../system/command.ts';
import { root } from '../../../system/project.ts';
import { until } from '../../../system/until.ts';
import { wholeLog } from '../../../system/whole.ts';
import { foldcast, folderWithExport, newFolder, objects } from '../foldcast.ts';
import { chatPages, counterPages, room } from '../rooms.ts';

const launcher = join(root, 'replay/command-line/foldcast.js');

/** Starts the command line in a process of its own, that is gone after the test. */
const start = (folder: string, ...args: readonly string[]) => {
  const child = spawn(process.execPath, [launcher, ...args], { cwd: folder });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { child, ended: once(child, 'close'), stderr: text(child.stderr) };
};

it('is what npm run foldcast and npx foldcast start', async () => {
  const { bin, scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  expect(bin.foldcast).toBe('replay/command-line/foldcast.js');
  expect(scripts.foldcast).toBe('node replay/command-line/foldcast.js');
  const folder = await folderWithExport(counterPages('+'));
  const { stdout } = await new Promise<{ stdout: string }>((done) => {
    execFile(process.execPath, [launcher, 'state', room, '--file', 'log.ndjson'], { cwd: folder }, (_, stdout) =>
      done({ stdout }),
    );
  });
  expect(stdout).toBe(`${room}, version 1\n1\n`);
});

it('ends quietly when whoever reads has enough', async () => {
  const many = counterPages(...Array.from({ length: 200 }, () => '+'.repeat(100)));
  const { child, ended, stderr } = start(await folderWithExport(many), 'log', room, '--file', 'log.ndjson');
  await once(child.stdout, 'data');
  child.stdout.destroy();
  expect(await ended).toEqual([0, null]);
  expect(await stderr).toBe('');
});

it('ends when Ctrl-C is pressed, at once and without a word', async () => {
  const pages = counterPages('+', '+').map((page) => ({
    ...page,
    events: page.events.map((event) => ({ ...event, at: event.seq * 3_600_000 })),
  }));
  const args = ['replay', room, '--speed', '1', '--file', 'log.ndjson'];
  const { child, ended, stderr } = start(await folderWithExport(pages), ...args);
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  // Of which a shell says 130.
  expect(await ended).toEqual([null, 'SIGINT']);
  expect(await stderr).toMatch(/^(… 1 h\n)?$/);
});

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  it('ends rules that never do, as they are loaded and as they fold', async () => {
    const folder = await folderWithExport(counterPages('+', '+'));
    const endless = "console.log('in it'); for (;;);";
    await writeFile(join(folder, 'loads.ts'), endless);
    await writeFile(
      join(folder, 'folds.ts'),
      `export default { name: 'counter', initial: 0, refusal: () => undefined, fold: () => { ${endless} } };`,
    );
    for (const rules of ['loads.ts', 'folds.ts']) {
      const { child, ended } = start(folder, 'whatif', room, '--file', 'log.ndjson', '--kind', rules);
      await once(child.stdout, 'data');
      child.kill(signal);
      expect(await ended).toEqual([null, signal]);
    }
  }, 20_000);

  it('takes away what an export has written so far, and ends with 130', async () => {
    const many = counterPages(...Array.from({ length: 3_000 }, () => '+'.repeat(100)));
    const folder = await folderWithExport(many);
    const { child, ended, stderr } = start(folder, 'export', room, '--file', 'log.ndjson', '-o', 'out.ndjson');
    await until('it writes', async () => (await readdir(folder)).some((name) => name.endsWith('.part')));
    child.kill(signal);
    expect(await ended).toEqual([130, null]);
    expect([await stderr, await readdir(folder)]).toEqual(['', ['log.ndjson']]);
  }, 20_000);
});

it('reads, imports into and corrects the data folder of a runtime that does not run', async () => {
  const data = await newFolder();
  const args = ['--data', data];
  const system = await startReady(args);
  const ann = await system.connect();
  for (let click = 0; click < 3; click += 1) ann.send({ action: 'plus' });
  await until('all is appended', async () => (await system.heads.version(room)) === 3);
  await wholeLog(system);
  expect(await foldcast(['rooms', ...args], { folder: root })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('stop the other run that uses this folder'),
  });
  system.signal('SIGINT');
  expect(await system.ended).toBe(0);

  expect(objects(await foldcast(['state', room, '--json', ...args], { folder: root }))).toEqual([
    { room, version: 3, state: 3 },
  ]);
  const file = join(await folderWithExport(chatPages('chat/spoken', ['one', 'two'], ['three'])), 'log.ndjson');
  expect(await foldcast(['import', file, '--as', 'chat/copy', ...args], { folder: root })).toMatchObject({
    code: 0,
  });
  expect(await foldcast(['verify', ...args], { folder: root })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /copy: events 1 to 3.*all is well\n(.*\n)*.*global-counter: events 1 to 3.*all is well\n$/,
    ),
  });
  expect((await foldcast(['rooms', '--data', join(data, 'none')], { folder: root })).stderr).toContain(
    'There are no tables in',
  );
}, 120_000);
