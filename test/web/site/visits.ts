import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser, siteOn } from '../browser.ts';
import { freePort, type Runtime, startRuntime } from '../runtime.ts';

/** A person on a page: one browser profile each. */
export interface Visit extends ReturnType<typeof siteOn> {
  readonly page: Page;
}

/** Cuts the network, as the button on each page does for ten seconds, and has them be over when the answer is called. */
export const cutNetwork = async ({ page, light }: Pick<Visit, 'page' | 'light'>): Promise<() => Promise<void>> => {
  await page.clock.install();
  await page.getByRole('button', { name: 'Cut the network' }).click();
  await expect.poll(light).toMatch(/^reconnecting in \d+ s$/);
  return () => page.clock.fastForward(11_000);
};

/** A runtime and a browser for the tests of a file. `args` go to `npm start`. */
export const withSite = (...args: readonly string[]) => {
  let browser: Browser;
  let runtime: Runtime;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    [browser, runtime] = await Promise.all([launchBrowser(), startRuntime(port, args)]);
  });
  afterAll(async () => {
    await browser?.close();
    await runtime?.stop();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });

  const site = {
    origin: () => `http://localhost:${port}`,
    socket: () => `ws://localhost:${port}/dev`,
    /** Opens a page as somebody: `visit('chat#tea', 'ann')`. */
    visit: async (path: string, name?: string, options: BrowserContextOptions = {}): Promise<Visit> => {
      const context = await browser.newContext(options);
      if (name !== undefined)
        await context.addInitScript(
          (own) => localStorage.setItem('foldcast.name', localStorage.getItem('foldcast.name') ?? own),
          name,
        );
      const page = await context.newPage();
      await page.goto(`${site.origin()}/${path}`);
      const visit = { page, ...siteOn(page) };
      await expect.poll(visit.light).toBe('live');
      return visit;
    },
    /** Ends the runtime as `kill -9` does, and starts another on the same port. */
    restart: async (): Promise<void> => {
      await runtime.kill();
      runtime = await startRuntime(port, args);
    },
  };
  return site;
};
