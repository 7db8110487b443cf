import { globSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';

const root = import.meta.dirname;

/** Every HTML file in this folder is a page: `debug.html` is served as `/debug`. */
export default defineConfig({
  root,
  // Relative, so that the pages work under any path of any static host.
  base: './',
  build: {
    outDir: join(root, '../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: { input: globSync('*.html', { cwd: root }).map((page) => join(root, page)) },
  },
});
