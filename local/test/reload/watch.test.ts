import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { watchSources } from '../../reload/watch.ts';
import { until } from '../until.ts';

let folder: string;
let told: string[];
const write = (file: string, text: string) => writeFile(join(folder, file), text);
const hears = (...files: readonly string[]) =>
  until(`${files} is told`, () => files.every((file) => told.includes(file)));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watch-'));
  told = [];
  await mkdir(join(folder, 'src/node_modules'), { recursive: true });
  await mkdir(join(folder, 'src/data'));
  await write('settings.yaml', 'a: 1');
  await write('src/a.ts', 'one');
  const watching = watchSources({
    folder,
    paths: ['src', 'settings.yaml', 'gone'],
    except: 'src/data',
    onChange: (files) => told.push(...files),
  });
  onTestFinished(async () => {
    watching.close();
    await rm(folder, { recursive: true });
  });
});

it('tells of files that say something else, in new folders too, and of one that is put in the place of another', async () => {
  await write('src/a.ts', 'two');
  await hears('src/a.ts');
  await mkdir(join(folder, 'src/deep'));
  await write('src/deep/b.ts', 'b');
  await hears('src/deep/b.ts');
  await write('draft', 'a: 2');
  await rename(join(folder, 'draft'), join(folder, 'settings.yaml'));
  await hears('settings.yaml');
  expect(new Set(told)).toEqual(new Set(['src/a.ts', 'src/deep/b.ts', 'settings.yaml']));
});

it('passes by what says the same, packages, what is an editor’s own, and what it is told to', async () => {
  await write('src/a.ts', 'one');
  await write('src/.a.ts.swp', 'x');
  await write('src/node_modules/c.js', 'c');
  await write('src/data/d', 'd');
  await write('other.yaml', 'o');
  await write('src/z.ts', 'z');
  await hears('src/z.ts');
  expect(told).toEqual(['src/z.ts']);
});
