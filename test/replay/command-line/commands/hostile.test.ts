import { lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { startAlone } from '../../../../replay/command-line/alone.ts';
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

/** Gets at an error of Node's own, whose constructor is not of the expression's realm; `use` is what is done with `Outer`. */
const outside = (use: string): string =>
  `import('x').catch((error) => { globalThis.Outer ??= error.constructor.constructor; }), typeof Outer === 'function' && ${use}`;

/** What an expression says to the same state again and again: what it got hold of by the first is there at one of the next. */
const answersTo = async (expression: string): Promise<readonly string[]> => {
  await using asked = openExpression(expression);
  const answers = new Set<string>();
  for (let version = 1; version <= 9; version += 1) {
    const answer = Promise.resolve(asked.predicate(1, version));
    answers.add(await answer.then(String, (cause: Error) => cause.message.replace(/\d+/, 'n')));
  }
  return [...answers];
};

describe('an expression', () => {
  it.each([
    ['did not end within 1 s', '(() => { throw { get message() { for (;;); } }; })()'],
    ['did not end within 1 s', 'import("x").catch(() => { for (;;); }), false'],
    ['throws: 1', '(() => { Array.prototype[Symbol.iterator] = function* () { for (;;); }; throw 1; })()'],
    // Four billion look-ups, which `node:vm` does not interrupt.
    ['gives no answer: it takes too long, or too much memory', 'Array(2 ** 32 - 1).indexOf(1) > 0'],
    ['throws: something that has no text', '(() => { throw Object.create(null); })()'],
    ['is no JavaScript expression', '1) || (2; 3'],
  ])('that %s is refused', async (sentence, expression) => {
    const folder = await folderWithExport(pages);
    expect(await refused(folder, 'bisect', room, expression, '--file', 'log.ndjson')).toContain(sentence);
  });

  it('alters nothing in the language of the process around it', async () => {
    const pollute = `(() => {
      const outer = Outer.prototype.__proto__;
      try { Object.defineProperty(outer, 'stolen', { get: () => true }); } catch {}
      return outer.stolen === true;
    })()`;
    expect(await answersTo(outside(pollute))).toEqual(['false']);
  });

  it('makes no code of texts, outside its own realm either', async () => {
    const answers = await answersTo(outside("Outer('return process')()"));
    expect(answers).toEqual(['false', expect.stringContaining('Code generation from strings disallowed')]);
  });

  it('has a process that may do nothing, should one get out all the same', async () => {
    const folder = await folderWithExport(pages);
    const file = join(folder, 'log.ndjson');
    // As an escape would: a program in place of the sandbox, in a process of the same permissions.
    const program = join(folder, 'escaped.ts');
    await writeFile(
      program,
      `const tries = [
        () => process.getBuiltinModule('fs').readFileSync(${JSON.stringify(file)}),
        () => process.getBuiltinModule('fs').writeFileSync(${JSON.stringify(join(folder, 'new'))}, ''),
        () => process.getBuiltinModule('child_process').execFileSync('/bin/true'),
        () => new (process.getBuiltinModule('worker_threads').Worker)('', { eval: true }),
        () => Function('return 1')(),
      ];
      const may = (done) => { try { done(); return 'may'; } catch (error) { return error.code ?? error.name; } };
      console.log(JSON.stringify([...tries.map(may), Object.keys(process.env).length]));`,
    );
    const child = startAlone(program, []);
    const said = JSON.parse(await text(child.stdout));
    expect(said).toEqual([...Array.from({ length: 4 }, () => 'ERR_ACCESS_DENIED'), 'EvalError', 0]);
  });

  it('is done with when the command is', async () => {
    const asked = openExpression('state');
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
