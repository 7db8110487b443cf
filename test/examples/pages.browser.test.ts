import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import sirv from 'sirv';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { root } from '../system/project.ts';
import { launchBrowser } from '../web/browser.ts';
import { freePort, type Runtime, startRuntime } from '../web/runtime.ts';

const run = promisify(execFile);

let browser: Browser;
let runtime: Runtime;
let server: Server;
let folder: string;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'examples-'));
  const port = await freePort();
  url = `ws://localhost:${port}/dev`;
  await run('npm', ['run', 'build', '-w', 'foldcast-client'], { cwd: root });
  const vite = join(root, 'node_modules/.bin/vite');
  await run(vite, ['build', join(root, 'examples/chat'), '--base', './', '--outDir', join(folder, 'chat')]);
  const [own, built] = [sirv(root, { dev: true }), sirv(folder, { dev: true })];
  server = createServer((request, response) => built(request, response, () => own(request, response)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  [browser, runtime] = await Promise.all([launchBrowser(), startRuntime(port)]);
});
afterAll(async () => {
  server?.close();
  await browser?.close();
  await runtime?.stop();
  await rm(folder, { recursive: true, force: true });
});

const open = async (path: string, asked: Readonly<Record<string, string>> = {}): Promise<Page> => {
  const page = await browser.newPage();
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://localhost:${port}/${path}?${new URLSearchParams({ url, ...asked })}`);
  return page;
};

const published = async () => {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const heard: string[] = [];
  socket.on('message', (data) => heard.push(String(data)));
  return { send: (message: object) => socket.send(JSON.stringify(message)), heard, close: () => socket.close() };
};

it('counter.html counts, in a page without tools, beside a published client', async () => {
  const page = await open('examples/counter.html');
  const number = () => page.locator('#number').textContent();
  await expect.poll(number).toBe('0');
  const theirs = await published();
  theirs.send({ action: 'plus' });
  await expect.poll(number).toBe('1');
  await page.locator('#plus').click();
  await page.locator('#plus').click();
  await page.locator('#minus').click();
  await expect.poll(number).toBe('2');
  await expect.poll(() => theirs.heard.map((text) => JSON.parse(text).value)).toContain(2);
  theirs.close();
});

it('chat is a chat in React, beside a published client', async () => {
  const [ann, bob] = [await open('chat/', { user: 'ann' }), await open('chat/', { user: 'bob' })];
  await ann.getByLabel('Your message').fill('Hello');
  await ann.getByLabel('Your message').press('Enter');
  const said = (page: Page) => page.locator('p').allTextContents();
  await expect.poll(() => said(bob)).toEqual(['~ann: Hello']);
  const theirs = await published();
  theirs.send({ action: 'onMessage', message: 'Hi' });
  for (const page of [ann, bob]) await expect.poll(async () => (await said(page))[1]).toMatch(/: Hi$/);
  await bob.getByLabel('Your message').fill('Bye');
  await bob.getByLabel('Your message').press('Enter');
  await expect.poll(() => theirs.heard).toContain('Bye');
  theirs.close();
});
