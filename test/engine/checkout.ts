import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What a program is deployed from. */
const parts = ['domain', 'functions', 'infra', 'store', 'package.json', 'Pulumi.yaml', 'Pulumi.dev.yaml'];

/** A copy of this project, which is gone after the test, or when `atEnd` has it removed. */
export const checkOut = async (atEnd: (remove: () => Promise<void>) => unknown = onTestFinished) => {
  const folder = await mkdtemp(join(tmpdir(), 'foldcast-checkout-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await Promise.all(parts.map((part) => cp(join(root, part), join(folder, part), { recursive: true })));
  await mkdir(join(folder, 'pages/assets'), { recursive: true });
  await writeFile(join(folder, 'pages/index.html'), '<!doctype html><head></head>');
  await writeFile(join(folder, 'pages/assets/index-1a2b3c4d.js'), '');
  return {
    folder,
    /** Replaces the one place where a file says `before`, for as long as the test lasts. */
    change: async (file: string, before: string, after: string): Promise<void> => {
      const path = join(folder, file);
      const text = await readFile(path, 'utf8');
      if (text.split(before).length !== 2) throw new Error(`${file} says “${before}” not once: correct the test.`);
      await writeFile(
        path,
        text.replace(before, () => after),
      );
      onTestFinished(() => writeFile(path, text));
    },
    /** Gives a key of the stack `dev` another value, for as long as the test lasts. */
    configure: async (key: string, value: unknown): Promise<void> => {
      const path = join(folder, 'Pulumi.dev.yaml');
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace(new RegExp(`^( *foldcast:${key}:).*$`, 'm'), `$1 ${JSON.stringify(value)}`));
      onTestFinished(() => writeFile(path, text));
    },
    /** Adds a file, for as long as the test lasts. */
    add: async (file: string, text: string): Promise<void> => {
      await writeFile(join(folder, file), text, { flag: 'wx' });
      onTestFinished(() => rm(join(folder, file)));
    },
  };
};
