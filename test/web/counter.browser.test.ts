import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page, WebSocketRoute } from 'playwright-core';
import { createPages, type Pages } from 'pulumi-local/pages';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { counterOn, launchBrowser } from './browser.ts';

let browser: Browser;
let pages: Pages;
let server: Server;
let origin: string;

beforeAll(async () => {
  browser = await launchBrowser();
  pages = await createPages({ root: join(import.meta.dirname, '../../web') });
  server = createServer((req, res) => pages.serve(req, res)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  await pages?.close();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

/** The page, live on a socket whose other end is in the test's hands. */
const open = async (options: BrowserContextOptions = {}) => {
  const page = await (await browser.newContext(options)).newPage();
  const sockets: WebSocketRoute[] = [];
  const received: string[] = [];
  await page.routeWebSocket(/\/dev$/, (socket) => {
    sockets.push(socket);
    socket.onMessage((text) => received.push(String(text)));
  });
  await page.goto(origin);
  const counter = counterOn(page);
  await expect.poll(counter.light).toBe('live');
  const send = (message: unknown): void =>
    sockets.at(-1)?.send(typeof message === 'string' ? message : JSON.stringify(message));
  return { page, sockets, received, send, ...counter };
};

const isFaint = (page: Page): Promise<boolean> => page.locator('#value[data-unsure]').isVisible();

describe('the number', () => {
  it('is ? until the first message', async () => {
    const { page, number, send } = await open();
    expect(await number()).toBe('?');
    send({ type: 'state', value: -12 });
    await expect.poll(number).toBe('−12');
    expect(await page.title()).toBe('−12 · the shared counter');
  });

  it('is the one of the newest version, whatever comes late', async () => {
    const { number, send } = await open();
    send({ type: 'state', value: 8, version: 8 });
    send({ type: 'state', value: 7, version: 7 });
    send({ type: 'error', code: 'invalid', message: 'All came.' });
    await expect.poll(number).toBe('8');
    send({ type: 'state', value: 9, version: 9 });
    await expect.poll(number).toBe('9');
  });

  it('is not touched by what members of other rooms are sent', async () => {
    const { number, note, send } = await open();
    send('Hi from websocket!');
    send({ bucketName: 'uploads', bucketKey: 'a b', message: 'a b was created.' });
    send({ type: 'state', value: 1 });
    await expect.poll(number).toBe('1');
    expect(await note()).toBe('');
  });

  it('is faint from when the connection is lost until the next message', async () => {
    const { page, number, light, sockets, send } = await open();
    send({ type: 'state', value: 4, version: 4 });
    await expect.poll(number).toBe('4');
    expect(await isFaint(page)).toBe(false);
    await sockets[0]?.close();
    await expect.poll(() => isFaint(page)).toBe(true);
    await expect.poll(() => sockets.length).toBe(2);
    await expect.poll(light).toBe('live');
    expect(await isFaint(page)).toBe(true);
    send({ type: 'state', value: 2, version: 2 });
    await expect.poll(number).toBe('2');
    expect(await isFaint(page)).toBe(false);
  });

  it('fits on a small telephone however long it is', async () => {
    const { page, number, send } = await open({ viewport: { width: 320, height: 568 } });
    send({ type: 'state', value: Number.MIN_SAFE_INTEGER });
    await expect.poll(number).toBe('−9007199254740991');
    const width = await page.evaluate(() =>
      Math.max(document.documentElement.scrollWidth, document.getElementById('value')?.scrollWidth ?? 0),
    );
    expect(width).toBeLessThanOrEqual(320);
  });
});

describe('an action', () => {
  it('is sent by each button', async () => {
    const { plus, minus, received } = await open();
    await plus.click();
    await minus.click();
    await expect.poll(() => received).toEqual(['{"action":"plus"}', '{"action":"minus"}']);
  });

  it('is sent by each key, and by none that the browser uses itself', async () => {
    const { page, received } = await open();
    for (const key of ['+', 'ArrowUp', 'Control++', 'Control+-', '-', 'ArrowDown']) await page.keyboard.press(key);
    await expect
      .poll(() => received)
      .toEqual(['plus', 'plus', 'minus', 'minus'].map((action) => `{"action":"${action}"}`));
  });

  it('is sent once by a button that has the focus, and the focus outlives a reconnect', async () => {
    const { page, received, sockets, light } = await open();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => received).toEqual(['{"action":"plus"}']);
    await sockets[0]?.close();
    await expect.poll(() => sockets.length).toBe(2);
    await expect.poll(light).toBe('live');
    await page.keyboard.press('Space');
    await expect.poll(() => received).toEqual(['{"action":"plus"}', '{"action":"plus"}']);
  });

  it('is not sent while there is no connection, then or later, and the page says so', async () => {
    const { page, plus, reason, received, sockets, light } = await open();
    await page.clock.install();
    await sockets[0]?.close();
    await expect.poll(light).toMatch(/^reconnecting in \d s$/);
    expect(await plus.isDisabled()).toBe(true);
    expect(await reason()).toMatch(/^The buttons work again when the connection is live/);
    await plus.click({ force: true });
    await page.keyboard.press('+');
    await page.clock.runFor(1_000);
    await expect.poll(light).toBe('live');
    expect(await reason()).toBe('');
    await page.clock.runFor(5_000);
    await page.keyboard.press('-');
    await expect.poll(() => received).toEqual(['{"action":"minus"}']);
  });
});

describe('the connection', () => {
  it.each(['online', 'visibilitychange'])('is tried at once on %s', async (event) => {
    const { page, sockets, light } = await open();
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    await sockets[0]?.close();
    await expect.poll(light).toMatch(/^reconnecting/);
    await page.evaluate((type) => (type === 'online' ? window : document).dispatchEvent(new Event(type)), event);
    await expect.poll(light).toBe('live');
    expect(sockets).toHaveLength(2);
  });

  it('tells of errors, ours and of API Gateway', async () => {
    const { note, send } = await open();
    send({ type: 'error', code: 'too-large', message: 'That was too large.' });
    await expect.poll(note).toBe('That was too large.');
    send({ message: 'Internal server error', connectionId: 'a=', requestId: 'b=' });
    await expect.poll(note).toBe('Internal server error');
  });

  it('is refused in words when the address is none', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${origin}/?url=nowhere`);
    const { reason, light, plus } = counterOn(page);
    await expect.poll(reason).toMatch(/^“nowhere” is no WebSocket address/);
    expect(await light()).toBe('not connected');
    expect(await plus.isDisabled()).toBe(true);
  });
});
