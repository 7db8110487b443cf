import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Resource } from '../../aws.ts';

/** Writes a function's code, file name to text, to a folder of its own, and gives its path. */
export const codeFolder = (files: Readonly<Record<string, string>>): string => {
  const root = mkdtempSync(join(tmpdir(), 'lambda-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  folders.push(root);
  return root;
};

const folders: string[] = [];
export const removeCodeFolders = (): void => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
};

/** A function as a Pulumi program registers it. `code`: the text of index.mjs, or its files. */
export const lambda = (
  name: string,
  code: string | Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, unknown>> = {},
): Resource => ({
  type: 'aws:lambda/function:Function',
  name,
  urn: `urn:pulumi:test::test::aws:lambda/function:Function::${name}`,
  inputs: {
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    role: `arn:aws:iam::000000000000:role/${name}`,
    code: { path: codeFolder(typeof code === 'string' ? { 'index.mjs': code } : code) },
    ...inputs,
  },
  outputs: { name, arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}` },
  dependencies: [],
});
