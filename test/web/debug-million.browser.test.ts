import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { generatedRoom, writeExport } from '../../bench/generate.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { launchBrowser } from './browser.ts';
import { debuggerOn } from './debugger.ts';
import { servePages } from './pages.ts';

let browser: Browser;
let pages: Awaited<ReturnType<typeof servePages>>;
let folder: string;

beforeAll(async () => {
  browser = await launchBrowser();
  pages = await servePages();
  folder = await mkdtemp(join(tmpdir(), 'million-'));
});
afterAll(async () => {
  await browser?.close();
  await pages?.close();
  await rm(folder, { recursive: true, force: true });
});

const room = 'counter/global-counter';
const generate = async (events: number): Promise<string> => {
  const path = join(folder, `${events}.ndjson`);
  const action = (seq: number) => ({ type: seq % 3 === 0 ? 'minus' : 'plus', data: {} });
  await writeExport(path, [generatedRoom({ room, kind: counter, events, batch: 100, action })]);
  return path;
};

/** What the page's own thread did, and how often it had a frame ready. */
interface Work {
  /** Milliseconds of scripts, layout and painting. */
  readonly busy: number;
  readonly longTasks: number;
  readonly frames: readonly number[];
  readonly elements: number;
  /** Bytes of the page's heap, its arrays not included. */
  readonly heap: number;
}

/** Filters the list of events and scrolls through it, zooms in and out with the wheel, drags the view, drags the slider, and holds an arrow key down. */
const use = async (page: Page): Promise<void> => {
  const canvas = await page.locator('#canvas').boundingBox();
  const slider = await page.locator('#slider').boundingBox();
  const list = await page.locator('#events').boundingBox();
  if (!canvas || !slider || !list) throw new Error('There is no timeline.');
  for (const verdict of ['counted', '']) {
    await page.selectOption('#filter-verdict', verdict);
    await page.mouse.move(list.x + list.width / 2, list.y + list.height / 2);
    for (let notch = 0; notch < 10; notch += 1) await page.mouse.wheel(0, notch % 2 === 0 ? 20_000 : -3_000);
  }
  const [x, y] = [canvas.x + canvas.width / 2, canvas.y + canvas.height / 2];
  await page.mouse.move(x, y);
  for (const direction of [-1, 1])
    for (let notch = 0; notch < 25; notch += 1) {
      await page.mouse.wheel(0, direction * 120);
      if (notch === 12) {
        await page.mouse.down();
        for (let step = 0; step < 20; step += 1) await page.mouse.move(x + step * 15, y);
        await page.mouse.up();
        await page.mouse.move(x, y);
      }
    }
  await page.mouse.move(slider.x + slider.width - 8, slider.y + slider.height / 2);
  await page.mouse.down();
  for (let step = 1; step <= 40; step += 1)
    await page.mouse.move(slider.x + slider.width - 8 - (step * slider.width) / 45, slider.y + slider.height / 2);
  await page.mouse.up();
  for (let press = 0; press < 40; press += 1) await page.keyboard.press('ArrowRight');
};

/** Opens a file, uses the page while it is read and afterwards, and measures. */
const workOn = async (path: string, events: number): Promise<Work> => {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  const page = await context.newPage();
  await page.goto(`${pages.origin}/debug`);
  const { version, isRead, of, event } = debuggerOn(page);
  const devtools = await context.newCDPSession(page);
  await devtools.send('Performance.enable');
  const metrics = async () =>
    Object.fromEntries((await devtools.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
  await page.evaluate(() => {
    const seen = { longTasks: 0, frames: [] as number[] };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      seen.longTasks += list.getEntries().length;
    }).observe({ entryTypes: ['longtask'] });
    let last = performance.now();
    const frame = (now: number): void => {
      seen.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const before = await metrics();
  await page.locator('#file').setInputFiles(path);
  await expect.poll(of).toBe(`of ${events.toLocaleString('en')}`);
  await use(page);
  await expect.poll(isRead, { timeout: 60_000 }).toBe(1);
  await use(page);
  await expect.poll(async () => (await event()).replace(/[#,]| .*/g, '')).toBe(await version());
  const after = await metrics();
  const seen = await page.evaluate(() => (window as unknown as { seen: { longTasks: number; frames: number[] } }).seen);
  const elements = await page.locator('*').count();
  await context.close();
  const busy = ((after.TaskDuration ?? 0) - (before.TaskDuration ?? 0)) * 1000;
  return { ...seen, busy, elements, heap: after.JSHeapUsedSize ?? 0 };
};

const inWords = ({ busy, longTasks, frames, elements, heap }: Work): string => {
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (share: number) => `${Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)} ms`;
  return `${Math.round(busy)} ms busy, ${longTasks} tasks over 50 ms, frames p50 ${at(0.5)} p99 ${at(0.99)} longest ${at(1)}, ${elements} elements, heap ${Math.round(heap / 1e6)} MB`;
};

it('costs the page about as much with 1,000,000 events as with 1,000', async () => {
  const few = await workOn(await generate(1000), 1000);
  const many = await workOn(await generate(1_000_000), 1_000_000);
  console.log(`1,000 events: ${inWords(few)}\n1,000,000 events: ${inWords(many)}`);
  // A thousand times the events; what is in the page is the same, and the work is that of some more frames while it is read.
  expect(many.elements).toBeLessThan(few.elements + 50);
  expect(many.busy).toBeLessThan(few.busy * 5);
  expect(many.heap).toBeLessThan(few.heap + 32e6);
});
