import { stripVTControlCharacters } from 'node:util';
import { build, type Plugin } from 'vite';
import { tellParent } from '../child.ts';
import { reloadScript } from './reloading.ts';

/** What the process says, once: what is wrong and where, or nothing. */
export interface Bundled {
  readonly fault?: string;
}

const heading = /^(Build failed with|\[plugin )/;

/** What is wrong and where, out of the drawing of the source that the bundler makes of it. */
const faultOf = (error: unknown): string => {
  const text = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !heading.test(line));
  const place = /\[ (\S+:\d+:\d+) \]/.exec(text)?.[1];
  return `${lines[0]?.trim().replace(/^(\w*Error: )/, '') ?? 'Vite does not say why.'}${place ? ` (${place})` : ''}`;
};

const reloading: Plugin = {
  name: 'reloading',
  transformIndexHtml: () => [{ tag: 'script', attrs: { type: 'module' }, children: reloadScript, injectTo: 'body' }],
};

const [root = '', outDir = '', reloads] = process.argv.slice(2);
const answer = tellParent<Bundled>();
const failed = (error: unknown) => answer({ fault: faultOf(error) });
// For a page whose script is missing Vite rejects a second promise beside its own.
process.once('unhandledRejection', failed);
build({
  root,
  logLevel: 'silent',
  build: { outDir, emptyOutDir: true },
  plugins: reloads === 'reloading' ? [reloading] : [],
}).then(() => answer({}), failed);
