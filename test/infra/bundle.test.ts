import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';

const folder = join(import.meta.dirname, '../../dist/functions/fallback');
const bundle = async () => {
  vi.resetModules();
  const { bundleOf } = await import('../../infra/bundle.ts');
  await bundleOf('fallback');
};

beforeEach(bundle);

it('makes an ES module with a source map that holds no sources', async () => {
  expect((await readdir(folder)).toSorted()).toEqual(['index.mjs', 'index.mjs.map']);
  const map = JSON.parse(await readFile(join(folder, 'index.mjs.map'), 'utf8'));
  expect(map).not.toHaveProperty('sourcesContent');
  expect(map.sources).toContain('../../../functions/fallback/handler.ts');
});

it('leaves a bundle alone when its sources did not change', async () => {
  const before = await stat(join(folder, 'index.mjs'));
  await bundle();
  const after = await stat(join(folder, 'index.mjs'));
  expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
});
