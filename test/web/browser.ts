import { existsSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium: `/usr/bin/chromium`, or the one that the environment variable CHROMIUM names. */
export const launchBrowser = (): Promise<Browser> => {
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${executablePath}: run "apt-get install chromium", or set CHROMIUM to where it is.`,
    );
  }
  return chromium.launch({ executablePath, args });
};

/** What every page but the debugger shows of its connection. */
export const siteOn = (page: Page) => ({
  light: async () => (await page.locator('#light').textContent())?.trim(),
  note: () => page.locator('#note').textContent(),
  version: () => page.locator('[data-version]').textContent(),
});

/** What the counter's page shows, and its buttons. */
export const counterOn = (page: Page) => ({
  ...siteOn(page),
  number: () => page.getByRole('status', { name: 'The number' }).textContent(),
  reason: () => page.locator('#reason').textContent(),
  plus: page.getByRole('button', { name: 'Add one' }),
  minus: page.getByRole('button', { name: 'Take one' }),
});

const isGrave = ({ impact }: { readonly impact?: string | null }): boolean =>
  impact === 'serious' || impact === 'critical';

/** What axe finds on a page that somebody could not get past, in a line each. */
export const graveFaults = async (page: Page): Promise<readonly string[]> => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.filter(isGrave).map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
};

const screenshots = join(
  import.meta.dirname,
  '../..',
  process.env.UPDATE_SCREENSHOTS === '1' ? 'docs/images' : 'dist/screenshots',
);

/** Keeps a picture of the page: in `dist/screenshots`, or with UPDATE_SCREENSHOTS=1 in `docs/images`, where the README shows it. */
export const keepScreenshot = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: join(screenshots, `${name}.png`), animations: 'disabled' });
};
