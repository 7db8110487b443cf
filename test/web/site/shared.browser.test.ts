import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { counterOn, keepScreenshot } from '../browser.ts';
import { withSite } from './visits.ts';

const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, colorScheme: 'light' };
const telephone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  colorScheme: 'dark',
};

const data = await mkdtemp(join(tmpdir(), 'shared-'));
afterAll(() => rm(data, { recursive: true, force: true }));

describe.each([
  ['in memory', [] as const, 0],
  ['with --data', ['--data', data] as const, 9],
])('two pages on one counter, %s', (what, args, afterRestart) => {
  const site = withSite(...args);

  it('show one number after clicks in both, and what is true after the runtime was killed and started again', async () => {
    const [{ page: left }, { page: right }] = [
      await site.visit('counter', 'ann', desktop),
      await site.visit('counter', 'bob', telephone),
    ];
    const [mine, yours] = [counterOn(left), counterOn(right)];
    for (const { number } of [mine, yours]) await expect.poll(number).toBe('0');
    for (let click = 0; click < 5; click += 1) await Promise.all([mine.plus.click(), yours.plus.tap()]);
    await yours.minus.tap();
    for (const { number } of [mine, yours]) await expect.poll(number).toBe('9');
    // What the server has not answered is sent again to the next one.
    for (const page of [left, right]) await expect.poll(() => page.locator('output[data-pending]').count()).toBe(0);
    if (what === 'in memory') {
      await keepScreenshot(left, 'counter');
      await keepScreenshot(right, 'counter-telephone');
    }

    const restarted = site.restart();
    await expect.poll(mine.light).toMatch(/^reconnecting/);
    await restarted;
    for (const { light } of [mine, yours]) await expect.poll(light, { timeout: 30_000 }).toBe('live');
    for (const { number } of [mine, yours]) await expect.poll(number).toBe(String(afterRestart));
    await mine.minus.click();
    for (const { number } of [mine, yours]) await expect.poll(number).toBe(String(afterRestart - 1).replace('-', '−'));
  });
});
