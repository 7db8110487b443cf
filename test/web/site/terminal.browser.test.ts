import { expect, it } from 'vitest';
import { withSite } from './visits.ts';

const site = withSite();

it('shows what goes over either wire, both ways', async () => {
  const { page } = await site.visit('terminal', 'ann');
  const frames = (direction: string) => page.locator(`.frames [data-direction=${direction}]`).allTextContents();
  await page.getByRole('button', { name: /become a member/ }).click();
  await expect.poll(() => frames('in')).toEqual([expect.stringMatching(/^\{"type":"state","room":"counter/)]);
  await page.getByRole('button', { name: /click, and be told/ }).click();
  await expect.poll(async () => (await frames('in')).map((text) => JSON.parse(text).type)).toContain('ack');
  expect(await frames('out')).toHaveLength(2);

  await page.getByLabel('plain').check();
  await expect.poll(() => frames('said')).toContain('Connected, on the plain wire.');
  await page.getByLabel('A message').fill('{"action":"whoAmI"}');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect.poll(async () => (await frames('in')).at(-1)).toMatch(/^[\w=-]+$/);
});
