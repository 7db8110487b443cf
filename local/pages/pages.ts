import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sirv from 'sirv';
import { buildPages, PagesBuildError } from './build.ts';

/** Pages for a browser, built and ready to be served. */
export interface Pages {
  /** Answers a request for a page or one of its files; 404 in plain words when there is no such file. */
  serve(req: IncomingMessage, res: ServerResponse): void;
  /** Removes what was built. */
  close(): Promise<void>;
}

const notFound = (req: IncomingMessage, res: ServerResponse): void => {
  res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
  res.end(`There is no page at ${req.url ?? '/'}. The first page is at /.\n`);
};

/**
 * Builds the pages of a Vite project and serves them. `root` is the folder of its `index.html` and `vite.config.ts`.
 * They are built anew each time, which takes 0.2 s, into a folder of this process's own: so they are never out of date, and
 * runtimes side by side do not write over each other's. Rejects with a PagesBuildError.
 */
export const createPages = async ({ root }: { root: string }): Promise<Pages> => {
  if (!existsSync(join(root, 'index.html'))) {
    throw new PagesBuildError(`There are no pages in ${root}: it should hold an index.html.`);
  }
  const outDir = await mkdtemp(join(tmpdir(), 'pages-'));
  const close = (): Promise<void> => rm(outDir, { recursive: true, force: true });
  try {
    await buildPages(root, outDir);
  } catch (error) {
    await close();
    throw error;
  }
  const files = sirv(outDir, { etag: true, maxAge: 0 });
  return { serve: (req, res) => files(req, res, () => notFound(req, res)), close };
};
