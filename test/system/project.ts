import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished } from 'vitest';

export const root = join(import.meta.dirname, '../..');

const always = {
  'package.json': '{ "type": "module" }',
  'Pulumi.yaml': 'name: foldcast\nruntime: nodejs\nmain: infra/index.ts\n',
  'Pulumi.dev.yaml': 'config:\n  foldcast:defaultRooms:\n    - counter/global-counter\n',
  'web/index.html': '<!doctype html><title>A page</title>',
};

/** A project folder with these files, such as `infra/index.ts` for its Pulumi program. It is gone after the test, or when `atEnd` has it removed. */
export const projectOf = async (
  files: Readonly<Record<string, string>>,
  atEnd: (remove: () => Promise<void>) => void = onTestFinished,
): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'foldcast-project-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, text] of Object.entries({ ...always, ...files })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
};

/** A copy of this very project, without its pages and its tests. */
export const copiedProject = async (): Promise<string> => {
  const folder = await projectOf({});
  const parts = ['domain', 'store', 'functions', 'infra', 'replay', 'examples'];
  for (const part of [...parts, 'package.json', 'tsconfig.json', 'Pulumi.yaml', 'Pulumi.dev.yaml'])
    await cp(join(root, part), join(folder, part), { recursive: true });
  return folder;
};

/** Writes something else in place of what a file says. */
export const edit = async (path: string, old: string, text: string): Promise<void> => {
  const before = await readFile(path, 'utf8');
  expect(before).toContain(old);
  await writeFile(path, before.replace(old, text));
};

/** This very project, but the time of one function is over after two seconds. */
export const impatientProject = (functionName: string): Promise<string> =>
  projectOf({
    'infra/times.ts': `
      import * as pulumi from '@pulumi/pulumi';
      pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) =>
        type === 'aws:lambda/function:Function' && name === '${functionName}'
          ? { props: { ...props, timeout: 2 }, opts }
          : undefined);`,
    'infra/index.ts': `
      import './times.ts';
      export * from '${pathToFileURL(join(root, 'infra/index.ts'))}';`,
  });
