import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { counterOn, keepScreenshot, launchBrowser } from './browser.ts';
import { freePort, type Runtime, startRuntime } from './runtime.ts';

const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, colorScheme: 'light' };
const telephone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  colorScheme: 'dark',
};

let browser: Browser;
let port: number;
let runtime: Runtime;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  port = await freePort();
  runtime = await startRuntime(port);
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await runtime?.stop();
});

const openPage = async (options: BrowserContextOptions): Promise<Page> => {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(`http://localhost:${port}/`);
  await expect.poll(counterOn(page).light).toBe('live');
  return page;
};

describe('two pages on one counter', () => {
  it('show one number after clicks in both', async () => {
    const [left, right] = [await openPage(desktop), await openPage(telephone)];
    const [mine, yours] = [counterOn(left), counterOn(right)];
    for (const { number } of [mine, yours]) await expect.poll(number).toBe('0');

    for (let click = 0; click < 5; click += 1) await Promise.all([mine.plus.click(), yours.plus.tap()]);
    await yours.minus.tap();

    await expect.poll(mine.number).toBe('9');
    await expect.poll(yours.number).toBe('9');
    await keepScreenshot(left, 'counter');
    await keepScreenshot(right, 'counter-telephone');
  });

  it('come back to one number when the runtime was killed and started again', async () => {
    const [left, right] = [await openPage(desktop), await openPage(telephone)];
    const [mine, yours] = [counterOn(left), counterOn(right)];
    for (let click = 0; click < 3; click += 1) await mine.plus.click();
    await expect.poll(yours.number).toBe('3');

    await runtime.kill();
    await expect.poll(mine.light).toMatch(/^reconnecting in \d+ s$/);
    expect(await mine.plus.isDisabled()).toBe(true);

    runtime = await startRuntime(port);
    await expect.poll(mine.light, { timeout: 30_000 }).toBe('live');
    await expect.poll(yours.light, { timeout: 30_000 }).toBe('live');
    // A runtime that keeps no data starts from 0, and says so to who joins again.
    for (const { number } of [mine, yours]) await expect.poll(number).toBe('0');
    await mine.minus.click();
    await expect.poll(mine.number).toBe('−1');
    await expect.poll(yours.number).toBe('−1');
  });
});
