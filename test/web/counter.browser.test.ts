import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page, WebSocketRoute } from 'playwright-core';
import { createPages, type Pages } from 'pulumi-local/pages';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseMessage } from '../../domain/message.ts';
import { type ServerMessage, serverMessage } from '../../domain/protocol.ts';
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

const room = 'counter/global-counter';

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
  const send = (message: ServerMessage | string): void =>
    sockets.at(-1)?.send(typeof message === 'string' ? message : serverMessage(message));
  const tell = (state: unknown, version: number, epoch = 'e1'): void =>
    send({ type: 'state', room, epoch, version, state });
  /** What the page asked for so far. */
  const asked = () => received.map((text) => JSON.parse(text) as Record<string, unknown>);
  /** The actions among it. */
  const acts = () => asked().flatMap(({ action }) => (action === 'plus' || action === 'minus' ? [action] : []));
  return { page, sockets, received, asked, acts, send, tell, ...counter };
};

const isFaint = (page: Page): Promise<boolean> => page.locator('#value[data-unsure]').isVisible();

describe('the number', () => {
  it('is ? until the page is told of its room, which it joins', async () => {
    const { page, number, asked, tell } = await open();
    expect(await number()).toBe('?');
    await expect.poll(asked).toEqual([{ action: 'join', room }]);
    tell(-12, 12);
    await expect.poll(number).toBe('−12');
    expect(await page.title()).toBe('−12 · the shared counter');
  });

  it('is the one of the newest version, whatever comes late', async () => {
    const { number, note, send, tell } = await open();
    tell(8, 8);
    tell(7, 7);
    send({ type: 'notice', message: 'All came.' });
    await expect.poll(note).toBe('All came.');
    expect(await number()).toBe('8');
    tell(9, 9);
    await expect.poll(number).toBe('9');
  });

  it('is no text of somebody’s, and no state of another room', async () => {
    const { number, note, send, tell } = await open();
    tell(1, 1);
    send('{"type":"state","value":41,"version":41}');
    send({
      type: 'message',
      from: 'eve=',
      message: '{"type":"state","room":"counter/global-counter","version":99,"state":9}',
    });
    send({ type: 'state', room: 'chat/lobby', epoch: 'e1', version: 9, state: 9 });
    tell('2', 2);
    send('Hi from websocket!');
    tell(3, 3);
    await expect.poll(number).toBe('3');
    expect(await note()).toBe('');
  });

  it('goes by the answer of the server where a state is of another history', async () => {
    const { number, asked, tell } = await open();
    tell(8, 8);
    await expect.poll(number).toBe('8');
    tell(5, 9, 'e2');
    await expect.poll(asked).toEqual([
      { action: 'join', room },
      { action: 'sync', room },
    ]);
    expect(await number()).toBe('8');
    tell(2, 2, 'e2');
    await expect.poll(number).toBe('2');
  });

  it('follows the first click in a room that had no history', async () => {
    const { number, asked, tell } = await open();
    tell(0, 0, '');
    tell(1, 1);
    await expect.poll(number).toBe('1');
    expect(asked()).toHaveLength(1);
  });

  it('is faint from when the connection is lost until the next message', async () => {
    const { page, number, light, sockets, asked, tell } = await open();
    tell(4, 4);
    await expect.poll(number).toBe('4');
    expect(await isFaint(page)).toBe(false);
    await sockets[0]?.close();
    await expect.poll(() => isFaint(page)).toBe(true);
    await expect.poll(() => sockets.length).toBe(2);
    await expect.poll(light).toBe('live');
    expect(await isFaint(page)).toBe(true);
    await expect.poll(asked).toEqual([
      { action: 'join', room },
      { action: 'join', room },
    ]);
    // A runtime that keeps no data begins again: what it says is true, however low the version.
    tell(2, 2, 'e2');
    await expect.poll(number).toBe('2');
    expect(await isFaint(page)).toBe(false);
  });

  it('fits on a small telephone however long it is', async () => {
    const { page, number, tell } = await open({ viewport: { width: 320, height: 568 } });
    tell(Number.MIN_SAFE_INTEGER, 1);
    await expect.poll(number).toBe('−9007199254740991');
    const width = await page.evaluate(() =>
      Math.max(document.documentElement.scrollWidth, document.getElementById('value')?.scrollWidth ?? 0),
    );
    expect(width).toBeLessThanOrEqual(320);
  });
});

describe('an action', () => {
  it('is sent by each button, under an id of its own', async () => {
    const { plus, minus, received, acts } = await open();
    await plus.click();
    await minus.click();
    await expect.poll(acts).toEqual(['plus', 'minus']);
    const ids = received.slice(1).map((text) => parseMessage(text).ok && JSON.parse(text).id);
    expect(ids).toEqual([expect.any(String), expect.any(String)]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('is sent by each key, and by none that the browser uses itself', async () => {
    const { page, acts } = await open();
    for (const key of ['+', 'ArrowUp', 'Control++', 'Control+-', '-', 'ArrowDown']) await page.keyboard.press(key);
    await expect.poll(acts).toEqual(['plus', 'plus', 'minus', 'minus']);
  });

  it('is sent once by a button that has the focus, and the focus outlives a reconnect', async () => {
    const { page, acts, sockets, light } = await open();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(acts).toEqual(['plus']);
    await sockets[0]?.close();
    await expect.poll(() => sockets.length).toBe(2);
    await expect.poll(light).toBe('live');
    await page.keyboard.press('Space');
    await expect.poll(acts).toEqual(['plus', 'plus']);
  });

  it('is not sent while there is no connection, then or later, and the page says so', async () => {
    const { page, plus, reason, acts, sockets, light } = await open();
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
    await expect.poll(acts).toEqual(['minus']);
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

  it('tells of errors, ours and of API Gateway, of refusals, and of what an operator says', async () => {
    const { note, send } = await open();
    send({ type: 'error', code: 'too-large', message: 'That was too large.' });
    await expect.poll(note).toBe('That was too large.');
    send('{"message":"Internal server error","connectionId":"a=","requestId":"b="}');
    await expect.poll(note).toBe('Internal server error');
    send({ type: 'refused', room, epoch: 'e1', id: '1', seq: 7, reason: 'fault' });
    await expect.poll(note).toBe('The click does not count. The rules of the kind failed on it.');
    send({ type: 'notice', message: 'Maintenance in five minutes.' });
    await expect.poll(note).toBe('Maintenance in five minutes.');
  });

  it('asks for its room again when it could not be told of it', async () => {
    const { number, note, asked, send, tell } = await open();
    send({ type: 'error', code: 'unavailable', message: 'Not just now.' });
    await expect.poll(note).toBe('Not just now.');
    await expect.poll(asked, { timeout: 10_000 }).toHaveLength(2);
    expect(asked()[1]).toEqual({ action: 'join', room });
    tell(4, 4);
    await expect.poll(number).toBe('4');
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
