import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPages, type Pages } from '../../pages/pages.ts';

let root: string;
let temporary: string;
let pages: Pages | undefined;
let server: Server | undefined;

const write = (file: string, text: string): Promise<void> => writeFile(join(root, file), text);

const serve = async (): Promise<(path: string) => Promise<Response>> => {
  const built = await createPages({ root });
  pages = built;
  server = createServer((req, res) => built.serve(req, res)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return (path) => fetch(`http://127.0.0.1:${port}${path}`);
};

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'project-'));
  temporary = await mkdtemp(join(tmpdir(), 'temporary-'));
  vi.stubEnv('TMPDIR', temporary);
  await write('index.html', '<!doctype html><title>One</title><script type="module" src="./one.ts"></script>');
  await write('one.ts', 'const word: string = "written in TypeScript"; console.log(word);');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await pages?.close();
  pages = undefined;
  server?.close();
  await Promise.all([root, temporary].map((folder) => rm(folder, { recursive: true })));
});

describe('pages', () => {
  it('are built and served, with their scripts', async () => {
    const get = await serve();
    const page = await get('/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch('text/html');
    const script = /src="\.?([^"]+\.js)"/.exec(await page.text())?.[1] ?? 'no script in the page';
    expect(await (await get(script)).text()).toContain('written in TypeScript');
  });

  it('are asked for anew each time, so that a restart shows what has changed', async () => {
    const get = await serve();
    expect((await get('/')).headers.get('cache-control')).toBe('public,max-age=0,must-revalidate');
  });

  it('answer 404 in plain words where there is none', async () => {
    const get = await serve();
    const response = await get('/nope?x=1');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe('There is no page at /nope?x=1. The first page is at /.\n');
  });

  it('leave nothing behind when they are closed', async () => {
    await serve();
    expect(await readdir(temporary)).toHaveLength(1);
    await pages?.close();
    expect(await readdir(temporary)).toEqual([]);
  });

  it('leave NODE_ENV as it was', async () => {
    vi.stubEnv('NODE_ENV', undefined);
    await serve();
    expect(process.env.NODE_ENV).toBeUndefined();
  });
});

describe('pages that do not build', () => {
  it('are refused in one sentence with the place', async () => {
    await write('one.ts', 'const x = ;');
    await expect(createPages({ root })).rejects.toThrow(
      /^The pages in .* do not build: .*Unexpected token \(.*one\.ts:1:11\)$/,
    );
    expect(await readdir(temporary)).toEqual([]);
  });

  it('are refused by name when a script is not there', async () => {
    await rm(join(root, 'one.ts'));
    await expect(createPages({ root })).rejects.toThrow(
      /^The pages in .* do not build: Failed to resolve \.\/one\.ts from .*index\.html$/,
    );
  });

  it('are refused when the folder has no index.html', async () => {
    await rm(join(root, 'index.html'));
    await expect(createPages({ root })).rejects.toThrow(`There are no pages in ${root}: it should hold an index.html.`);
  });
});
