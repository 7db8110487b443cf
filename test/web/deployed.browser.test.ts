import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type PageFile, pageFiles, withSocket } from '../../infra/page-files.ts';
import { contentSecurityPolicy } from '../../infra/pages.ts';
import { root } from '../system/project.ts';
import { counterOn, launchBrowser } from './browser.ts';
import { freePort, type Runtime, startRuntime } from './runtime.ts';

let browser: Browser;
let runtime: Runtime;
let server: Server;
let files: readonly PageFile[];
let folder: string;

/** The pages as they are deployed: built, told their socket, and with the policy that goes with every file. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployed-pages-'));
  const { build } = await import('vite');
  const configFile = join(root, 'web/vite.config.ts');
  await build({ configFile, build: { outDir: folder, emptyOutDir: true }, logLevel: 'error' });
  files = pageFiles(folder);
  const port = await freePort();
  const url = `ws://localhost:${port}/dev`;
  server = createServer(async (request, response) => {
    const key = new URL(String(request.url), 'http://localhost').pathname.slice(1) || 'index.html';
    const file = files.find((each) => each.key === key);
    if (!file) return void response.writeHead(404).end();
    const bytes = await readFile(file.path);
    response
      .setHeader('content-type', file.contentType)
      .setHeader('content-security-policy', contentSecurityPolicy(url, `http://localhost:${port}`))
      .end(file.contentType.startsWith('text/html') ? withSocket(String(bytes), url) : bytes);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  [browser, runtime] = await Promise.all([launchBrowser(), startRuntime(port)]);
});
afterAll(async () => {
  server.close();
  await browser?.close();
  await runtime?.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

const open = async (path: string): Promise<{ page: Page; violations: string[] }> => {
  const page = await (await browser.newContext()).newPage();
  const violations: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') violations.push(message.text());
  });
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/${path}`, { waitUntil: 'networkidle' });
  return { page, violations };
};

it('need nothing that their policy forbids', async () => {
  for (const { key } of files.filter(({ contentType }) => contentType.startsWith('text/html'))) {
    const { violations } = await open(key);
    expect(
      violations.filter((text) => /Content Security Policy/.test(text)),
      key,
    ).toEqual([]);
  }
});

it('speak to the socket that they were told', async () => {
  const { page } = await open('counter');
  const { number, plus, light } = counterOn(page);
  await expect.poll(light).toBe('live');
  await plus.click();
  await expect.poll(number).toBe('1');
});
