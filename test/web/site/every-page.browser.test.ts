import type { BrowserContextOptions } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { graveFaults, keepScreenshot } from '../browser.ts';
import { cutNetwork, withSite } from './visits.ts';

const site = withSite();

const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  telephone: { viewport: { width: 390, height: 844 }, colorScheme: 'dark', isMobile: true, hasTouch: true },
  forced: { viewport: { width: 1280, height: 800 }, forcedColors: 'active' },
};

const pages = ['', 'counter', 'chat', 'game', 'game#AXES', 'files', 'terminal'];

describe.each(Object.entries(looks))('every page, %s', (look, options) => {
  it('has nothing serious against it, live and cut off, and fits its width', async () => {
    const check = async (path: string): Promise<void> => {
      const { page, light } = await site.visit(path, 'ann', options);
      await keepScreenshot(page, `site-${path.replace('#', '-') || 'home'}-${look}`);
      expect(await graveFaults(page), path).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), path).toBeLessThanOrEqual(0);
      // What changes then is the same in every look.
      if (look === 'light') {
        await page.getByRole('button', { name: 'Cut the network' }).click();
        await expect.poll(light).toMatch(/^reconnecting/);
        expect(await graveFaults(page), `${path}, cut off`).toEqual([]);
      }
      await page.context().close();
    };
    await Promise.all(pages.map(check));
  });
});

it('a page leads to each other, and to its room in the debugger', async () => {
  const { page } = await site.visit('', 'ann');
  for (const name of ['Counter', 'Chat', 'Game', 'Files', 'Terminal']) {
    await page.getByRole('navigation').getByRole('link', { name }).click();
    await expect.poll(() => page.locator('nav [aria-current=page]').textContent()).toBe(name);
  }
  await page.goto(`${site.origin()}/counter`);
  await page.getByRole('button', { name: 'Add one' }).click();
  await expect.poll(() => page.getByRole('status', { name: 'The number' }).textContent()).toBe('1');
  await page.getByRole('link', { name: 'See how it came to be' }).click();
  await expect.poll(() => page.locator('#room').textContent()).toContain('counter/global-counter');
});

it('a page comes back by itself from a cut of the network', async () => {
  const visit = await site.visit('counter', 'ann');
  const mend = await cutNetwork(visit);
  await mend();
  await expect.poll(visit.light).toBe('live');
});
