import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect } from 'foldcast-client';
import { chat } from 'foldcast-client/kinds';
import type { Browser, Page } from 'playwright-core';
import sirv from 'sirv';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { root } from '../system/project.ts';
import { launchBrowser } from '../web/browser.ts';
import { freePort, type Runtime, startRuntime } from '../web/runtime.ts';
import { blocks } from './blocks.ts';

/** Inside the project, for the packages of the guide's programs are found from where they are. */
const folder = join(root, 'dist/client-guide');

let port: number;
let runtime: Runtime;
let browser: Browser;
let server: Server;

beforeAll(async () => {
  port = await freePort();
  const guide = await readFile(join(root, 'docs/client.md'), 'utf8');
  await mkdir(folder, { recursive: true });
  const programs = {
    'index.html': /`(<body>.*<\/body>)`/.exec(guide)?.[1],
    'main.tsx': blocks(guide, 'tsx')[0],
    'robot.js': blocks(guide, 'js')[0],
  };
  for (const [name, text = ''] of Object.entries(programs))
    await writeFile(join(folder, name), text.replace('localhost:3000', `localhost:${port}`));
  await promisify(execFile)(join(root, 'node_modules/.bin/vite'), ['build', folder]);
  const serve = sirv(join(folder, 'dist'), { dev: true });
  server = createServer((request, response) => serve(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  [browser, runtime] = await Promise.all([launchBrowser(), startRuntime(port)]);
});
afterAll(async () => {
  server?.close();
  await browser?.close();
  await runtime?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The chat of docs/client.md, as somebody has it open. */
const open = async (name: string): Promise<Page> => {
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  page.on('dialog', (dialog) => dialog.accept(name));
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
  return page;
};
const say = async (page: Page, message: string): Promise<void> => {
  await page.getByLabel('Your message').fill(message);
  await page.getByLabel('Your message').press('Enter');
};
const said = (page: Page): Promise<readonly string[]> => page.locator('p').allTextContents();

it('has a chat whose people hear each other, with what was said before they came, and know what is their own', async () => {
  const [ann, bob] = [await open('ann'), await open('bob')];
  await say(ann, 'Hello');
  await expect.poll(() => said(bob)).toContain('~ann: Hello');
  await say(bob, 'Hi');
  await expect.poll(() => said(ann)).toEqual(expect.arrayContaining(['I: Hello', '~bob: Hi']));
  const late = await open('eve');
  await expect.poll(() => said(late)).toEqual(expect.arrayContaining(['~ann: Hello', '~bob: Hi']));
});

it('has a chat that shows and keeps what is typed while the runtime is away, and sends it when that is back', async () => {
  const [ann, bob] = [await open('ann'), await open('bob')];
  await say(ann, 'Before');
  await expect.poll(() => said(bob)).toContain('~ann: Before');
  await runtime.kill();
  await say(ann, 'Meanwhile');
  await expect.poll(() => said(ann)).toEqual(expect.arrayContaining(['I: Before', 'I: Meanwhile']));
  // What was before is gone with the runtime, which kept no data.
  runtime = await startRuntime(port);
  await expect.poll(() => said(bob)).toEqual(['~ann: Meanwhile']);
});

it('has a robot for Node that answers in its room', async () => {
  const robot = spawn(process.execPath, [join(folder, 'robot.js')], { stdio: 'inherit' });
  onTestFinished(() => void robot.kill());

  const ann = connect(`ws://localhost:${port}/dev`, { kinds: [chat], user: 'ann' });
  onTestFinished(() => ann.close());
  const room = ann.join('chat/tea');
  await expect.poll(() => room.present.map(({ user }) => user)).toContain('~robot');
  await room.do.onMessage({ message: 'Time?' });
  await expect
    .poll(() => room.state?.messages.map(({ by, text }) => `${by} ${text}`))
    .toContainEqual(expect.stringMatching(/^~robot \d{4}-.*Z$/));
});
