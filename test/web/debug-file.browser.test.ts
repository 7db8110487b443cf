import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { generatedRoom, writeExport } from '../../bench/generate.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { launchBrowser } from './browser.ts';
import { debuggerOn, dropFile } from './debugger.ts';
import { servePages } from './pages.ts';

let browser: Browser;
let pages: Awaited<ReturnType<typeof servePages>>;
let folder: string;
let path: string;

beforeAll(async () => {
  browser = await launchBrowser();
  pages = await servePages();
  folder = await mkdtemp(join(tmpdir(), 'debugger-'));
  path = join(folder, 'counter.ndjson');
  const action = (seq: number) => ({ type: seq % 4 === 0 ? 'minus' : 'plus', data: {} });
  const room = 'counter/global-counter';
  await writeExport(path, [generatedRoom({ room, kind: counter, events: 250, batch: 20, action })]);
});
afterAll(async () => {
  await browser?.close();
  await pages?.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

const open = async (width = 1366) => {
  const page = await (await browser.newContext({ viewport: { width, height: 800 } })).newPage();
  await page.goto(`${pages.origin}/debug`);
  return { page, ...debuggerOn(page) };
};

it('is all that the page needs: without a runtime it says where to find one, and opens what is dropped', async () => {
  const { page, empty, source, title, version, state } = await open();
  await expect.poll(empty).toMatch(/No foldcast runtime answers here: start one with npm start/);
  expect(await source()).toBe('no runtime');
  await dropFile(page, path);
  await expect.poll(title).toBe('counter/global-counter');
  await expect.poll(version).toBe('250');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect.poll(state).toMatch(/1→2$/);
});

it.each<[string, () => Promise<string>, string | RegExp]>([
  [
    'notes.ndjson',
    async () => 'Dear diary,\n',
    'notes.ndjson is no foldcast export: its first line is not {"foldcast":1, …}.',
  ],
  [
    'newer.ndjson',
    async () => '{"foldcast":99}\n',
    'newer.ndjson was written by a newer foldcast (format 99, this one reads up to 1): update foldcast to read it.',
  ],
])('%s is refused in a sentence, and what was open stays', async (name, text, message) => {
  const { page, empty, fault, title, version } = await open();
  await expect.poll(empty).not.toBe('');
  await dropFile(page, path);
  await expect.poll(title).toBe('counter/global-counter');
  await writeFile(join(folder, name), await text());
  await page.locator('#file').setInputFiles(join(folder, name));
  await expect.poll(fault).toMatch(message);
  await page.keyboard.press('Home');
  await expect.poll(version).toBe('1');
  expect(await fault()).toBe('');
});

it('that is cut off shows what comes before, and says where it ends', async () => {
  const { page, aside, of, event, state } = await open();
  await writeFile(join(folder, 'cut.ndjson'), (await readFile(path, 'utf8')).slice(0, 10_000));
  await page.locator('#file').setInputFiles(join(folder, 'cut.ndjson'));
  await expect
    .poll(aside)
    .toMatch(/^cut\.ndjson is cut off in line \d+\. What comes before is good; export it again for the rest\.$/);
  const last = Number((await of()).replace('of ', ''));
  expect(last).toBeGreaterThan(20);
  expect(last).toBeLessThan(250);
  await expect.poll(event).toMatch(new RegExp(`^#${last} `));
  expect(await state()).toMatch(/\d+$/);
});

it('that is compressed is not read: the page says what to do with it', async () => {
  const { page, fault } = await open();
  await writeFile(join(folder, 'counter.ndjson.gz'), gzipSync(await readFile(path)));
  await page.locator('#file').setInputFiles(join(folder, 'counter.ndjson.gz'));
  await expect.poll(fault).toBe('counter.ndjson.gz is compressed: gunzip it first.');
});

it('without rooms offers none', async () => {
  const { page, empty, source, note } = await open();
  await writeExport(join(folder, 'none.ndjson'), []);
  await page.locator('#file').setInputFiles(join(folder, 'none.ndjson'));
  await expect.poll(source).toBe('none.ndjson');
  await expect.poll(empty).toMatch(/^No rooms There are none in none\.ndjson\. Or drop/);
  expect(await note()).toBe('');
});

it('fits on a narrow screen, with nothing to scroll sideways', async () => {
  const { page, event } = await open(390);
  await page.locator('#file').setInputFiles(path);
  await expect.poll(event).toMatch(/^#250 /);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
