import { readdirSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';

const folder = join(import.meta.dirname, '../../dist/functions/fallback');
const bundle = async () => {
  vi.resetModules();
  const { bundleOf } = await import('../../infra/bundle.ts');
  await bundleOf('fallback');
};
const functions = readdirSync(join(import.meta.dirname, '../../functions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

beforeAll(bundle);

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

it('says what there is when asked for a function that does not exist', async () => {
  const { bundleOf } = await import('../../infra/bundle.ts');
  expect(() => bundleOf('apend')).toThrow(
    /^Write functions\/apend\/index\.ts, or correct the name: the functions that there are are .*\bappend\b/,
  );
});

it('names a function that is written and never deployed', async () => {
  const { refuseIdle } = await import('../../infra/bundle.ts');
  expect(() => refuseIdle(functions)).not.toThrow();
  expect(() => refuseIdle(functions.filter((name) => name !== 'upload'))).toThrow(
    /^Deploy functions\/upload, or remove it: /,
  );
});
