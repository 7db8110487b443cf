import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { foldcast, folderWithExport } from '../foldcast.ts';
import { counterPages, room } from '../rooms.ts';

const pages = counterPages('++-', '+');

/** A command that can't be done: one sentence, exit 2. */
const refused = async (folder: string, ...args: readonly string[]): Promise<string> => {
  const { code, stderr, stdout } = await foldcast(args, { folder });
  expect([code, stdout]).toEqual([2, '']);
  return stderr;
};

describe('an expression', () => {
  it.each([
    ['did not end within 1 s', '(() => { throw { get message() { for (;;); } }; })()'],
    ['throws: something that has no text', '(() => { throw Object.create(null); })()'],
    ['is no JavaScript expression', '1) || (2; 3'],
  ])('that %s is refused', async (sentence, expression) => {
    const folder = await folderWithExport(pages);
    expect(await refused(folder, 'bisect', room, expression, '--file', 'log.ndjson')).toContain(sentence);
  });
});

it('refuses a stretch that ends before it begins', async () => {
  const folder = await folderWithExport(pages);
  for (const command of ['log', 'replay'])
    expect(await refused(folder, command, room, '--from', '4', '--to', '2', '--file', 'log.ndjson')).toContain(
      'The stretch from 4 to 2 ends before it begins.',
    );
});

it('names the line that has neither an event nor a state', async () => {
  const folder = await folderWithExport(pages);
  await writeFile(join(folder, 'cut.ndjson'), `{"foldcast":1}\n{"room":"${room}","seq":1,"type":"plus"}\n`);
  for (const command of ['log', 'verify'])
    expect(await refused(folder, command, room, '--file', 'cut.ndjson')).toContain('line 2');
});

it('refuses a folder for an export, before anything is written', async () => {
  const folder = await folderWithExport(pages);
  await mkdir(join(folder, 'there'));
  const before = await readdir(folder);
  expect(await refused(folder, 'rooms', '--file', 'there')).toContain('there is a folder');
  expect(await refused(folder, 'export', room, '--file', 'log.ndjson', '-o', 'there')).toContain('there is a folder');
  expect(await refused(folder, 'export', room, '--file', 'log.ndjson', '-o', 'no/x.ndjson')).toContain('no folder no');
  expect(await readdir(folder)).toEqual(before);
});
