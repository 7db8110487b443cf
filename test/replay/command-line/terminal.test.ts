import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createScreen } from '../../../replay/command-line/screen.ts';
import { foldcast, folderWithExport, objects, type Ran } from './foldcast.ts';
import { chatPages } from './rooms.ts';

/** Every character that has power over a terminal, or turns the direction of a line, in sequences that terminals know. */
const controls = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, code) => 0x7f + code),
  ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
];
const evil = `\u001b]0;owned\u0007\u001b[2J\u001b[8m\u009b1m${String.fromCharCode(...controls)}`;
/** All but the line break that ends a line. */
const powerful = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

const room = 'chat/lobby';
/** No room of ours can have this name; a file can. */
const evilRoom = `chat/${evil}`;
const folderOfEvil = () =>
  folderWithExport(...[room, evilRoom].map((name) => chatPages(name, [evil, 'fine'], ['last'])));
const inFile = ['--file', 'log.ndjson'];

const expectInert = ({ stdout, stderr }: Ran): void => {
  expect(stdout + stderr).not.toMatch(powerful);
};

describe('what was sent has no power over the terminal', () => {
  it.each([
    ['rooms'],
    ['log', room],
    ['state', room],
    ['state', room, '--at', '1', '--diff', '3'],
    ['replay', room],
    ['verify'],
    ['bisect', room, 'state.messages.length > 1'],
    ['export', room],
  ])('in %s, for a person and as JSON', async (...args) => {
    const folder = await folderOfEvil();
    for (const more of [[], ['--json']]) expectInert(await foldcast([...args, ...inFile, ...more], { folder }));
  });

  it.each([
    ['a room whose name is none', ['state', evilRoom]],
    ['a room that the file does not have', ['state', 'chat/other']],
    ['a version that it does not have', ['state', room, '--at', '9']],
    ['an expression that throws', ['bisect', room, '(() => { throw new Error(state.messages[0].text); })()']],
    ['an option that there is not', ['state', room, `--${evil}`]],
    ['a file that there is not', ['rooms', '--file', evil]],
  ])('in the sentence about %s', async (_, args) => {
    const ran = await foldcast(
      [...inFile, ...args].toSorted((a) => (a === args[0] ? -1 : 0)),
      {
        folder: await folderOfEvil(),
      },
    );
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).not.toBe('');
    expectInert(ran);
  });
});

it('prints JSON whose values are what was sent', async () => {
  const folder = await folderOfEvil();
  const [line] = objects(await foldcast(['state', room, '--json', ...inFile], { folder }));
  expect(line?.room).toBe(room);
  expect(JSON.stringify(line?.state)).toContain(JSON.stringify(evil));
});

it('writes exports that can be looked at on a terminal, and are read back as they were', async () => {
  const folder = await folderOfEvil();
  await foldcast(['export', room, ...inFile, '-o', 'copy.ndjson'], { folder });
  expect(await readFile(join(folder, 'copy.ndjson'), 'utf8')).not.toMatch(powerful);
  const [was, is] = await Promise.all(
    ['log.ndjson', 'copy.ndjson'].map(async (file) =>
      objects(await foldcast(['log', room, '--json', '--file', file], { folder })),
    ),
  );
  expect(is).toEqual(was);
  expect(is).not.toEqual([]);
});

it('lets a line have styles, and nothing else that a terminal obeys', async () => {
  const output = new PassThrough({ encoding: 'utf8' });
  const screen = createScreen(output, new PassThrough());
  await screen.print('\u001b[1mbold\u001b[22m \u001b[8mhidden \u001b[30;40mblack \u001b[2Jgone\n');
  screen.flush();
  expect(output.read()).toBe('\u001b[1mbold\u001b[22m \\u001b[8mhidden \\u001b[30;40mblack \\u001b[2Jgone\\u000a\n');
});
