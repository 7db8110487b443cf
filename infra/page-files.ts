import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';

/** A file of the pages as the web is to see it. */
export interface PageFile {
  /** Its place: `index.html`, `debug`, `assets/index-CU0xpgDl.js`. A page has no ending, as `npm start` serves it. */
  readonly key: string;
  /** On this machine. */
  readonly path: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Vite names what is in `assets/` after what is in it, so that another content has another name. */
const cacheControlOf = (name: string): string =>
  name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';

const keyOf = (name: string): string => (name === 'index.html' ? name : name.replace(/\.html$/, ''));

/** The pages in a folder that `npm run build` made. Throws a `RunError` of one sentence where there are none, or a file of another sort. */
export const pageFiles = (folder: string): readonly PageFile[] => {
  let names: readonly string[] = [];
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const root = join(folder, '/');
    names = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(root.length));
  } catch {
    // Said below.
  }
  if (!names.includes('index.html'))
    throw new pulumi.RunError(
      `Build the pages first, with npm run build: there are none in ${folder}, which foldcast:pages names.`,
    );
  return names.toSorted().map((name) => {
    const contentType = contentTypes[extname(name)];
    if (contentType === undefined)
      throw new pulumi.RunError(
        `Say in infra/page-files.ts what ${name} of the pages is: its ending is not known there.`,
      );
    return { key: keyOf(name), path: join(folder, name), contentType, cacheControl: cacheControlOf(name) };
  });
};

/** A page that is told where its socket is. Only addresses go in: none has a character that HTML would take for its own. */
export const withSocket = (html: string, url: string): string =>
  html.replace('<head>', `<head>\n    <meta name="foldcast-url" content="${url}" />`);
