import { lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openExpression } from '../../../../replay/command-line/expression.ts';
import { writeWhole } from '../../../../replay/command-line/whole-file.ts';
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
    ['stack overflow', '(function again() { return again() + 1; })()'],
    // Four billion look-ups, which the engine does not interrupt.
    ['gives no answer: it takes too long', 'Array(2 ** 32 - 1).indexOf(1) > 0'],
    ['throws: 1', '(() => { Array.prototype[Symbol.iterator] = function* () { for (;;); }; throw 1; })()'],
    ['throws: something that has no text', '(() => { throw Object.create(null); })()'],
    ['out of memory', '"x".repeat(2 ** 29) + state'],
    ['is no JavaScript expression', '1) || (2; 3'],
  ])('that %s is refused', async (sentence, expression) => {
    const folder = await folderWithExport(pages);
    expect(await refused(folder, 'bisect', room, expression, '--file', 'log.ndjson')).toContain(sentence);
  });

  it('has nothing of this machine within reach', async () => {
    const within = `(() => {
      const all = Object.getOwnPropertyNames(Function('return this')());
      return ['process', 'require', 'fetch', 'WebAssembly', 'setTimeout', 'console'].some((name) => all.includes(name));
    })()`;
    await using asked = await openExpression(within);
    expect(await asked.predicate(1, 1)).toBe(false);
  });

  it('is done with when the command is', async () => {
    const asked = await openExpression('state');
    expect(await asked.predicate(1, 1)).toBe(true);
    await asked[Symbol.asyncDispose]();
    await expect(asked.predicate(1, 2)).rejects.toThrow('gives no answer');
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

describe('an export', () => {
  const exporting = (folder: string, ...more: readonly string[]) =>
    foldcast(['export', room, '--file', 'log.ndjson', '-o', 'out.ndjson', ...more], { folder });

  it('writes over nothing but with --force', async () => {
    const folder = await folderWithExport(pages);
    await writeFile(join(folder, 'out.ndjson'), 'precious');
    expect(await exporting(folder)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'out.ndjson exists already: name another file, or replace it with --force.\n',
    });
    expect(await readFile(join(folder, 'out.ndjson'), 'utf8')).toBe('precious');
    expect(await exporting(folder, '--force')).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'out.ndjson'), 'utf8')).toContain('{"foldcast":1');
    expect((await readdir(folder)).toSorted()).toEqual(['log.ndjson', 'out.ndjson']);
  });

  it('follows no link that somebody put in its way', async () => {
    const folder = await folderWithExport(pages);
    const victim = join(folder, 'victim');
    await writeFile(victim, 'precious');
    await symlink(victim, join(folder, 'out.ndjson.part'));
    expect(await exporting(folder)).toMatchObject({ code: 0 });
    expect(await readFile(victim, 'utf8')).toBe('precious');

    await rm(join(folder, 'out.ndjson'));
    await symlink(join(folder, 'nowhere'), join(folder, 'out.ndjson'));
    expect((await exporting(folder)).stderr).toContain('out.ndjson exists already');
    expect(await exporting(folder, '--force')).toMatchObject({ code: 0 });
    expect((await lstat(join(folder, 'out.ndjson'))).isFile()).toBe(true);
    expect(await readdir(folder)).not.toContain('nowhere');
  });

  it('leaves alone what came while it was writing', async () => {
    const folder = await folderWithExport(pages);
    const interrupts = () => ({ signal: new AbortController().signal, [Symbol.dispose]: () => {} });
    async function* pieces() {
      await writeFile(join(folder, 'out'), 'precious');
      yield new Uint8Array([1]);
    }
    const written = writeWhole({ file: 'out', force: false }, pieces(), { folder, interrupts });
    await expect(written).rejects.toThrow('out exists already');
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('precious');
    expect((await readdir(folder)).toSorted()).toEqual(['log.ndjson', 'out']);
  });
});
