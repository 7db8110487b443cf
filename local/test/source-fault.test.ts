import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { sourceFault } from '../source-fault.ts';

/** What is said of a module, by a Node of its own: Vitest loads modules otherwise. */
const saidOf = async (text: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'source-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'other.ts'), 'export const other: number = 1;\n');
  await writeFile(join(folder, 'rules.ts'), text);
  const program = `
    import { sourceFault } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../source-fault.ts')))};
    await import('./rules.ts').catch((cause) => console.log(sourceFault(cause, process.cwd())));`;
  const args = ['--input-type=module', '--eval', program];
  return (await promisify(execFile)(process.execPath, args, { cwd: folder })).stdout.trim();
};

it.each([
  ['what is no TypeScript', "const a = 1;\nexport const b = { a: 'b' oops };\n", /^rules\.ts:2:\d+: Expected ','/],
  ['what is not only types', 'export enum A { b }\n', /^rules\.ts:1:\d+: TypeScript enum is not supported/],
  ['a name that there is not', "import { nope } from './other.ts';\nnope();\n", /^rules\.ts:1:\d+: .*named 'nope'$/],
  ['a module that there is not', "import './gone.ts';\n", /^rules\.ts: Cannot find module '.*gone\.ts'$/],
])('says where there is %s', async (_, text, sentence) => {
  expect(await saidOf(text)).toMatch(sentence);
});

it("says where esbuild found something, and leaves a program's own errors to whoever throws them", () => {
  const failed = new Error('Build failed with 1 error:\nfunctions/a.ts:3:5: ERROR: Expected ";" but found "x"');
  expect(sourceFault(failed, '/')).toBe('functions/a.ts:3:5: Expected ";" but found "x"');
  expect(sourceFault(new Error('No such colour.'), '/')).toBeUndefined();
});
