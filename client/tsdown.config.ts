import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineConfig } from 'tsdown';

const here = import.meta.dirname;
const outDir = join(here, '../dist/client');

/** Inside the repository other parts use the sources. What is published has entries of its own: JavaScript, and types beside it. */
const writePackage = async (): Promise<void> => {
  const {
    exports,
    devDependencies: _,
    private: __,
    scripts: ___,
    ...rest
  } = JSON.parse(await readFile(join(here, 'package.json'), 'utf8')) as { exports: Record<string, string> } & Record<
    string,
    unknown
  >;
  const entries = Object.keys(exports).map((entry) => {
    const name = entry === '.' ? 'index' : entry.slice(2);
    return [entry, { types: `./${name}.d.ts`, default: `./${name}.js` }];
  });
  const published = { ...rest, sideEffects: false, exports: Object.fromEntries(entries) };
  await writeFile(join(outDir, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  await copyFile(join(here, 'README.md'), join(outDir, 'README.md'));
  await copyFile(join(here, '../LICENSE'), join(outDir, 'LICENSE'));
};

const shared = { outDir, target: 'es2023', dts: true, fixedExtension: false } as const;

export default defineConfig([
  {
    ...shared,
    entry: ['index.ts', 'signals.ts', 'react.ts', 'keep.ts', 'upload.ts', 'kinds.ts'],
    platform: 'neutral',
    hooks: { 'build:done': writePackage },
  },
  // For `<script type="module">`: one file with all that it needs.
  {
    ...shared,
    entry: ['browser.ts'],
    platform: 'browser',
    clean: false,
    minify: true,
    noExternal: /./,
  },
]);
