import type { Browser, BrowserContextOptions, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ServerMessage, serverMessage } from '../../../domain/protocol.ts';
import { counterOn, launchBrowser } from '../browser.ts';
import { servePages } from '../pages.ts';
import { cutNetwork } from './visits.ts';

let browser: Browser;
let pages: Awaited<ReturnType<typeof servePages>>;

beforeAll(async () => {
  [browser, pages] = await Promise.all([launchBrowser(), servePages()]);
});
afterAll(async () => {
  await browser?.close();
  await pages?.close();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

const room = 'counter/global-counter';

type Asked = Readonly<Record<string, unknown>> & { readonly action: string; readonly id: string };

/** The page, on a socket whose other end is in the test's hands: it says who the page is, and counts its actions when `counts`. */
const open = async ({ counts = true, ...options }: BrowserContextOptions & { counts?: boolean } = {}) => {
  const page = await (await browser.newContext(options)).newPage();
  const sockets: WebSocketRoute[] = [];
  const received: Asked[] = [];
  let seq = 100;
  const send = (message: ServerMessage): void => sockets.at(-1)?.send(serverMessage(message));
  const isAction = ({ action }: Asked): boolean => action === 'plus' || action === 'minus';
  await page.routeWebSocket(/\/dev\b/, (socket) => {
    sockets.push(socket);
    socket.onMessage((text) => {
      const asked: Asked = JSON.parse(String(text));
      if (asked.action === 'whoAmI') return socket.send('conn=');
      received.push(asked);
      seq += 1;
      if (counts && isAction(asked)) send({ type: 'ack', room, epoch: 'e1', id: asked.id, seq });
    });
  });
  await page.goto(`${pages.origin}/counter`);
  const counter = counterOn(page);
  await expect.poll(counter.light).toBe('live');
  /** Answers the last question about the room. */
  const answer = async (state: number, version: number, epoch = 'e1'): Promise<void> => {
    const questions = () => received.filter(({ action }) => action === 'join' || action === 'sync');
    await expect.poll(questions).not.toEqual([]);
    const { id } = questions().at(-1) as Asked;
    send({ type: 'state', room, epoch, version, state, id });
  };
  const asked = () => received.map(({ action }) => action);
  /** The actions among it. */
  const acts = () => received.filter(isAction);
  return { page, sockets, asked, acts, send, answer, ...counter };
};

const isFaint = (page: Page): Promise<boolean> => page.locator('output[data-unsure]').isVisible();

describe('the number', () => {
  it('is ? until the page is told of its room, which it joins', async () => {
    const { page, number, asked, answer } = await open();
    expect(await number()).toBe('?');
    await expect.poll(asked).toEqual(['join']);
    await answer(-12, 12);
    await expect.poll(number).toBe('−12');
    expect(await page.title()).toBe('−12 · the shared counter');
  });

  it('is faint from when the connection is lost until the server has said what is true', async () => {
    const { page, number, light, sockets, asked, answer } = await open();
    await answer(4, 4);
    await expect.poll(number).toBe('4');
    expect(await isFaint(page)).toBe(false);
    await sockets[0]?.close();
    await expect.poll(() => isFaint(page)).toBe(true);
    await expect.poll(() => sockets.length).toBe(2);
    await expect.poll(light).toBe('live');
    await expect.poll(asked).toEqual(['join', 'join']);
    expect(await isFaint(page)).toBe(true);
    // A runtime that keeps no data begins again: what it says is true, however low the version.
    await answer(2, 2, 'e2');
    await expect.poll(number).toBe('2');
    expect(await isFaint(page)).toBe(false);
  });

  it('fits on a small telephone however long it is', async () => {
    const { page, number, answer } = await open({ viewport: { width: 320, height: 568 } });
    await answer(Number.MIN_SAFE_INTEGER, 1);
    await expect.poll(number).toBe('−9007199254740991');
    const width = await page.evaluate(() =>
      Math.max(document.documentElement.scrollWidth, document.querySelector('output')?.scrollWidth ?? 0),
    );
    expect(width).toBeLessThanOrEqual(320);
  });
});

describe('an action', () => {
  it('is sent by each button, under an id of its own, and shown before it is answered', async () => {
    const { number, plus, minus, answer, acts } = await open({ counts: false });
    await answer(7, 7);
    await expect.poll(number).toBe('7');
    await plus.click();
    await expect.poll(number).toBe('8');
    await plus.click();
    await minus.click();
    await minus.click();
    await minus.click();
    await expect.poll(number).toBe('6');
    // The next is sent when the one before is answered.
    expect(acts().map(({ action }) => action)).toEqual(['plus']);
  });

  it('is sent by each key, and by none that the browser uses itself', async () => {
    const { page, acts, answer } = await open();
    await answer(0, 1);
    for (const key of ['+', 'ArrowUp', 'Control++', 'Control+-', '-', 'ArrowDown']) await page.keyboard.press(key);
    await expect.poll(() => acts().map(({ action }) => action)).toEqual(['plus', 'plus', 'minus', 'minus']);
    expect(new Set(acts().map(({ id }) => id)).size).toBe(4);
  });

  it('waits while there is no connection, in words, and is sent with the next one', async () => {
    const { number, plus, reason, asked, acts, sockets, light, answer, page } = await open();
    await answer(1, 1);
    await expect.poll(number).toBe('1');
    const mend = await cutNetwork({ page, light });
    await plus.click();
    await plus.click();
    await expect.poll(number).toBe('3');
    expect(await reason()).toMatch(/^2 clicks wait for the connection/);
    expect(acts()).toEqual([]);
    await mend();
    await expect.poll(() => sockets.length).toBe(2);
    await expect.poll(asked).toEqual(['join', 'join']);
    await answer(1, 1);
    await expect.poll(() => acts().map(({ action }) => action)).toEqual(['plus', 'plus']);
    await expect.poll(reason).toBe('');
  });

  it('that is refused is taken back, and the page says why for a while', async () => {
    const { number, plus, note, acts, send, answer, page } = await open({ counts: false });
    await answer(7, 7);
    await expect.poll(number).toBe('7');
    await page.clock.install();
    await plus.click();
    await expect.poll(() => acts().length).toBe(1);
    expect(await number()).toBe('8');
    send({ type: 'refused', room, epoch: 'e1', id: String(acts()[0]?.id), seq: 8, reason: 'fault' });
    await expect.poll(note).toBe('The click does not count. The rules of the kind failed on it.');
    await page.clock.runFor(100);
    await expect.poll(number).toBe('7');
    await page.clock.runFor(10_000);
    await expect.poll(note).toBe('');
  });

  it('is sent once by a button that has the focus', async () => {
    const { acts, plus, answer, page } = await open();
    await answer(0, 1);
    await plus.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => acts().length).toBe(1);
    await page.keyboard.press('Space');
    await expect.poll(() => acts().length).toBe(2);
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

  it('tells of what an operator and others say', async () => {
    const { note, send } = await open();
    send({ type: 'notice', message: 'Maintenance in five minutes.' });
    await expect.poll(note).toBe('Maintenance in five minutes.');
    send({ type: 'message', from: '~ann', message: 'Hello' });
    await expect.poll(note).toBe('ann says: Hello');
  });

  it('is refused in words when the address is none', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${pages.origin}/counter?url=nowhere`);
    const { note, light } = counterOn(page);
    await expect.poll(note).toMatch(/^“nowhere” is no WebSocket address/);
    expect(await light()).toBe('not connected');
  });
});
