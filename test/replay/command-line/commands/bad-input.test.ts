import { execFileSync } from 'node:child_process';
import { readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Page } from '../../../../domain/page.ts';
import { stateless } from '../../memoryLog.ts';
import { foldcast, folderWithExport } from '../foldcast.ts';
import { counterPages, room } from '../rooms.ts';

const pages = counterPages('++-', '+', '--', '++');

/** Fails unless it ends with 2, one sentence, and nothing printed or written. */
const refuses = async (folder: string, args: readonly string[], sentence: string | RegExp) => {
  const before = await readdir(folder);
  const { code, stdout, stderr } = await foldcast([...args, '--file', 'log.ndjson'], { folder, typed: '' });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(sentence);
  expect(await readdir(folder)).toEqual(before);
};

const commands: readonly (readonly string[])[] = [
  ['log', room],
  ['state', room],
  ['replay', room],
  ['replay', room, '--step'],
  ['verify', room],
  ['bisect', room, 'state > 1'],
  ['whatif', room],
  ['export', room],
  ['export', room, '-o', 'out.ndjson'],
];

it.each(commands)('%s refuses a room that is not there', async (command, _, ...more) => {
  const folder = await folderWithExport(pages);
  await refuses(
    folder,
    [command ?? '', 'counter/none', ...more],
    /^There is no room "counter\/none" in log\.ndjson\..*\n$/,
  );
});

it.each(commands)('%s refuses a room of no kind', async (command, _, ...more) => {
  const folder = await folderWithExport(pages.map((page) => ({ ...page, room: 'abolished/room' })));
  await refuses(folder, [command ?? '', 'abolished/room', ...more], /No kind rules "abolished\/room".*\n$/);
});

it.each([
  ['state', '--at', '0'],
  ['state', '--at', '9'],
  ['state', '--diff', '0'],
  ['log', '--from', '0'],
  ['log', '--to', '9'],
  ['replay', '--from', '9'],
  ['replay', '--to', '0'],
  ['replay', '--step', '--from', '0'],
  ['state', '--at', '-1'],
])('%s %s %s: a version that the room does not have', async (command, ...flags) => {
  const sentence = /^counter\/global-counter has the events 1 to 8: -?\d is none of them\.\n$/;
  await refuses(await folderWithExport(pages), [command, room, ...flags], sentence);
});

it.each([
  ['state', room, '--at', 'x'],
  ['state', room, '--at', '1.5'],
  ['replay', room, '--speed', '0'],
  ['state'],
  ['state', room, 'more'],
  ['rooms', '--stack', 'prod'],
  ['tail', room],
  ['unheard-of'],
])('%s %s %s %s: what is no command', async (...args) => {
  await refuses(await folderWithExport(pages), args, /^error: .*\n\(--help says more\)\n/s);
});

describe('an expression', () => {
  it.each([
    ['state.a.b', /^With the state at version 0 the expression throws: cannot read property 'b' of undefined.*\n$/],
    ['(() => { for (;;); })()', /^With the state at version 0 the expression did not end within 1 s\.\n$/],
    ['(() => { throw undefined; })()', /throws: undefined\.\n$/],
    ['state <', /^"state <" is no JavaScript expression: .*\n$/],
    ['process.exit(0)', /throws: 'process' is not defined\.\n$/],
  ])('%s', async (expression, sentence) => {
    await refuses(await folderWithExport(pages), ['bisect', room, expression], sentence);
  });
});

describe.each([[['rooms']], [['verify']], [['log', room]], [['state', room]], [['export', room, '-o', 'out.ndjson']]])(
  '%j of a file',
  (args) => {
    it('that is cut in the middle of a line reads what comes before, and ends with 1', async () => {
      const folder = await folderWithExport(pages);
      const path = join(folder, 'log.ndjson');
      await truncate(path, Math.floor((await readFile(path)).length / 2));
      const { code, stdout, stderr } = await foldcast([...args, '--file', 'log.ndjson'], { folder });
      expect([code, stdout]).toEqual([
        1,
        args.includes('-o') ? '' : expect.stringContaining(args[0] === 'state' || args[0] === 'log' ? '' : room),
      ]);
      expect(stderr).toMatch(/^log\.ndjson is cut off in line \d+\. What comes before is good/);
    });

    it('of another program, and one that is not there', async () => {
      const folder = await folderWithExport(pages);
      const path = join(folder, 'log.ndjson');
      for (const text of ['', 'PK\u0003\u0004', '{"level":"info"}\n{"level":"warn"}\n', '[1]\n'])
        await writeFile(path, text).then(() => refuses(folder, args, /^log\.ndjson is no foldcast export.*\n$/));
      const ran = await foldcast([...args, '--file', 'absent.ndjson'], { folder });
      expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining("can't be read") });
    });
  },
);

it('says what an export that is packed, of another encoding, or a pipe, has to become first', async () => {
  const folder = await folderWithExport(pages);
  const path = join(folder, 'log.ndjson');
  await writeFile(path, gzipSync(await readFile(path)));
  await refuses(folder, ['rooms'], /^log\.ndjson is packed: gunzip it first\.\n$/);
  await writeFile(path, Buffer.from('\ufeff{"foldcast":1}\n', 'utf16le'));
  await refuses(folder, ['rooms'], /^log\.ndjson is UTF-16: write it as UTF-8/);
  execFileSync('/usr/bin/mkfifo', [join(folder, 'pipe')]);
  const ran = await foldcast(['rooms', '--file', 'pipe'], { folder });
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('pipe is a pipe') });
});

it('walks in a terminal alone', async () => {
  const folder = await folderWithExport(pages);
  const ran = await foldcast(['replay', room, '--step', '--file', 'log.ndjson'], { folder });
  expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^--step needs a terminal/) });
});

it('refuses both the refused events and the others', async () => {
  const folder = await folderWithExport(pages);
  await refuses(folder, ['log', room, '--refused', '--no-refused'], /^--refused and --no-refused leave nothing/);
});

it('does not write over the file that it reads, by whatever name', async () => {
  const folder = await folderWithExport(pages, pages);
  await symlink('log.ndjson', join(folder, 'link'));
  for (const output of ['log.ndjson', './log.ndjson', 'link'])
    await refuses(folder, ['export', room, '-o', output], /is what is read: name another file to write to\.\n$/);
});

it('names the room that is known by another spelling', async () => {
  const folder = await folderWithExport(pages.map((page) => ({ ...page, room: 'game/DEEP' })));
  await refuses(
    folder,
    ['log', 'game/deep'],
    /^There is no room "game\/deep" in log\.ndjson: game\/DEEP is there\.\n$/,
  );
});

it('names all kinds, also those whose events no client sends', async () => {
  await refuses(await folderWithExport(pages.map((page) => ({ ...page, room: 'no/x' }))), ['log', 'no/x'], /files/);
});

describe('a log whose old pages are gone', () => {
  it('says from which version on it can be seen', async () => {
    const folder = await folderWithExport(pages.slice(1));
    await refuses(
      folder,
      ['state', room, '--at', '3'],
      /no longer goes back to version 3: it begins with the state of version 4, .*\n$/,
    );
    await refuses(
      folder,
      ['replay', room, '--from', '4'],
      /to version 3: it begins with the state of version 4, .*\n$/,
    );
    const ran = await foldcast(['replay', room, '--file', 'log.ndjson'], { folder });
    expect(ran).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^5 /),
      stderr: expect.stringContaining('nothing left before version 4'),
    });
  });

  it('says that nothing can be rebuilt where no state is left either', async () => {
    const folder = await folderWithExport(pages.slice(1).map(stateless));
    for (const args of [
      ['state', room],
      ['replay', room],
      ['whatif', room],
      ['bisect', room, 'state'],
    ])
      await refuses(folder, args, /holds the events 4 to 8 without a recorded state: .*\n$/);
  });

  it('says that a page in the middle is missing', async () => {
    const folder = await folderWithExport([pages[0], stateless(pages[2] as Page), pages[3]] as Page[]);
    await refuses(folder, ['state', room, '--at', '6'], /has no page for 4, .*\n$/);
    await refuses(folder, ['whatif', room], /has no page for 4, .*\n$/);
  });
});
