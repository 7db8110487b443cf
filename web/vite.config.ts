import { globSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type HtmlTagDescriptor, type Plugin } from 'vite';

const root = import.meta.dirname;

const meta = (attrs: Record<string, string | boolean>): HtmlTagDescriptor => ({
  tag: 'meta',
  attrs,
  injectTo: 'head-prepend',
});

/** A page's icon: a few strokes on green. */
const icon = (strokes: string): HtmlTagDescriptor => ({
  tag: 'link',
  attrs: {
    rel: 'icon',
    href: `data:image/svg+xml,${encodeURIComponent(
      `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='9' fill='#1f6f54'/><path d='${strokes}' stroke='#fff' stroke-width='3.5' stroke-linecap='round'/></svg>`,
    )}`,
  },
});

/** What stands in the head of every page. */
const head: Plugin = {
  name: 'head',
  transformIndexHtml: {
    order: 'pre',
    handler: (_, { path }) => [
      meta({ charset: 'utf-8' }),
      meta({ name: 'viewport', content: 'width=device-width, initial-scale=1, viewport-fit=cover' }),
      meta({ name: 'color-scheme', content: 'light dark' }),
      meta({ name: 'theme-color', content: '#f7f4ee', media: '(prefers-color-scheme: light)' }),
      meta({ name: 'theme-color', content: '#131417', media: '(prefers-color-scheme: dark)' }),
      icon(path.endsWith('debug.html') ? 'M8 22v-6M13 22V11M18 22v-8M23 22V8' : 'M16 9v14M9 16h14'),
    ],
  },
};

/** Every HTML file in this folder is a page: `debug.html` is served as `/debug`. */
export default defineConfig({
  root,
  // Relative, so that the pages work under any path of any static host.
  base: './',
  plugins: [head],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // In parts, so that what few questions need is loaded with the first of them.
  worker: { format: 'es' },
  build: {
    outDir: join(root, '../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: { input: globSync('*.html', { cwd: root }).map((page) => join(root, page)) },
  },
});
