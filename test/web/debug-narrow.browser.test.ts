import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { generatedRoom, writeExport } from '../../bench/generate.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { launchBrowser } from './browser.ts';
import { debuggerOn } from './debugger.ts';
import { servePages } from './pages.ts';

let browser: Browser;
let pages: Awaited<ReturnType<typeof servePages>>;
let folder: string;
let path: string;

/** Eight rooms of fifty senders each. */
beforeAll(async () => {
  browser = await launchBrowser();
  pages = await servePages();
  folder = await mkdtemp(join(tmpdir(), 'debugger-'));
  path = join(folder, 'eight.ndjson');
  const action = () => ({ type: 'plus', data: {} });
  const rooms = Array.from({ length: 8 }, (_, index) => `counter/${index}`);
  await writeExport(
    path,
    rooms.map((room) => generatedRoom({ room, kind: counter, events: 250, batch: 20, action })),
  );
});
afterAll(async () => {
  await browser?.close();
  await pages?.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

const open = async (width: number, height = 740) => {
  const page = await (await browser.newContext({ viewport: { width, height } })).newPage();
  await page.goto(`${pages.origin}/debug`);
  const on = debuggerOn(page);
  await page.locator('#file').setInputFiles(path);
  await expect.poll(on.source).toBe('eight.ndjson');
  await expect.poll(async () => (await on.rooms()).length).toBeGreaterThan(0);
  return { page, ...on };
};

const boxOf = async (locator: Locator) => {
  const { x, y, width, height } = (await locator.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  return { left: x, right: x + width, top: y, bottom: y + height, middle: y + height / 2 };
};

describe('a telephone', () => {
  it('has the header in one piece, and a list of rooms that takes the place that there is', async () => {
    const { page, empty } = await open(375);
    await expect.poll(empty).toMatch(/^Choose a room eight\.ndjson has 8 rooms\./);
    expect((await boxOf(page.locator('header'))).bottom).toBeLessThan(140);
    const [list, choose] = [await boxOf(page.locator('#rooms')), await boxOf(page.locator('#empty-title'))];
    expect(list.bottom - list.top).toBeGreaterThan(5 * 58);
    expect(choose.top - list.bottom).toBeLessThan(80);
    expect((await boxOf(page.locator('#empty'))).bottom).toBeLessThanOrEqual(740);
  });

  it('has the slider between its buttons', async () => {
    const { page, room, event } = await open(375);
    await room('counter/0').click();
    await expect.poll(event).toMatch(/^#250 /);
    const middles = await Promise.all(
      ['to-first', 'back', 'slider', 'on', 'to-last'].map(async (id) => (await boxOf(page.locator(`#${id}`))).middle),
    );
    expect(Math.max(...middles) - Math.min(...middles)).toBeLessThan(4);
  });
});

it.each([375, 600, 1280])('the legend tells of everybody, whose names are seen or not: %i pixels', async (width) => {
  const { page, room, isRead } = await open(width);
  await room('counter/0').click();
  await expect.poll(isRead).toBe(1);
  const whole = await boxOf(page.locator('#actors'));
  const items = await Promise.all((await page.locator('#actors li').all()).map(boxOf));
  for (const { right, bottom } of items) {
    expect(right).toBeLessThanOrEqual(whole.right);
    expect(bottom).toBeLessThanOrEqual(whole.bottom + 1);
  }
  const last = await page.locator('#actors li').last().textContent();
  expect(last).toBe(`and ${50 - (items.length - 1)} more`);
});

it('the legend names as many as there is place for when the window grows', async () => {
  const { page, room, isRead } = await open(375);
  await room('counter/0').click();
  await expect.poll(isRead).toBe(1);
  expect(await page.locator('#actors li').count()).toBeLessThan(5);
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect.poll(() => page.locator('#actors li').count()).toBe(7);
});
