import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import sirv from 'sirv';
import { folderHash } from '../folder-hash.ts';
import { buildPages, PagesBuildError } from './build.ts';
import { createReloading } from './reloading.ts';

/** Pages for a browser, built and ready to be served. */
export interface Pages {
  /** Answers a request for a page or one of its files; 404 in plain words when there is no such file. */
  serve(req: IncomingMessage, res: ServerResponse): void;
  /** For the sockets of pages that listen whether there is another build. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Builds them again, and serves those from then on. Rejects with a PagesBuildError, and serves those before. */
  rebuild(): Promise<void>;
  /** Removes what was built. */
  close(): Promise<void>;
}

export interface PagesOptions {
  /** The folder of its `index.html` and `vite.config.ts`. */
  readonly root: string;
  /** Whether a page in a browser loads itself again when it is built otherwise. */
  readonly reloading?: boolean;
}

const notFound = (req: IncomingMessage, res: ServerResponse): void => {
  res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
  res.end(`There is no page at ${req.url ?? '/'}. The first page is at /.\n`);
};

/** One build, in a folder of its own. */
const createBuild = async (root: string, reloading: boolean) => {
  const outDir = await mkdtemp(join(tmpdir(), 'pages-'));
  const remove = (): Promise<void> => rm(outDir, { recursive: true, force: true });
  try {
    await buildPages(root, outDir, reloading);
  } catch (error) {
    await remove();
    throw error;
  }
  return { serve: sirv(outDir, { etag: true, maxAge: 0 }), hash: folderHash(outDir), remove };
};

/**
 * Builds the pages of a Vite project and serves them. They are built anew each time, which takes 0.2 s, into a folder of this process's
 * own: so they are never out of date, and runtimes side by side do not write over each other's. Rejects with a PagesBuildError.
 */
export const createPages = async ({ root, reloading = false }: PagesOptions): Promise<Pages> => {
  if (!existsSync(join(root, 'index.html'))) {
    throw new PagesBuildError(`There are no pages in ${root}: it should hold an index.html.`);
  }
  let build = await createBuild(root, reloading);
  /** Its files may still be on their way to a browser. */
  let before: typeof build | undefined;
  const reloads = createReloading(() => build.hash);
  return {
    serve: (req, res) => build.serve(req, res, () => notFound(req, res)),
    upgrade: reloads.upgrade,
    rebuild: async () => {
      const next = await createBuild(root, reloading);
      await before?.remove();
      [before, build] = [build, next];
      if (build.hash !== before.hash) reloads.tell();
    },
    close: async () => {
      reloads.close();
      await before?.remove();
      await build.remove();
    },
  };
};
