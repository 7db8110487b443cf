import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { cutNetwork, type Visit, withSite } from './visits.ts';

const site = withSite();

const said = ({ page }: Visit) => page.locator('.messages .said').allTextContents();
const say = async ({ page }: Visit, text: string): Promise<void> => {
  await page.getByLabel('Your message').fill(text);
  await page.getByLabel('Your message').press('Enter');
};

describe('the chat', () => {
  it('shows three people the same, with names, who is here, and what is one’s own', async () => {
    const ann = await site.visit('chat', 'ann');
    const bob = await site.visit('chat', 'bob');
    await say(ann, 'Hello');
    await expect.poll(() => said(bob)).toEqual(['Hello']);
    const eve = await site.visit('chat', 'eve');
    await say(eve, 'What did I miss?');
    await expect.poll(() => said(bob)).toEqual(['Hello', 'What did I miss?']);
    await say(bob, 'Nothing');
    for (const each of [ann, bob, eve])
      await expect.poll(() => said(each)).toEqual(['Hello', 'What did I miss?', 'Nothing']);
    const present = async () => (await ann.page.locator('#present').textContent())?.slice('Here: '.length).split(', ');
    await expect.poll(async () => (await present())?.toSorted()).toEqual(['ann', 'bob', 'eve']);
    expect(await ann.page.locator('[data-mine] .said').allTextContents()).toEqual(['Hello']);
    expect(await ann.page.locator('.who').allTextContents()).toEqual([
      expect.stringMatching(/^ann /),
      expect.stringMatching(/^eve /),
      expect.stringMatching(/^bob /),
    ]);
    await eve.page.close();
    await expect.poll(async () => (await present())?.toSorted()).toEqual(['ann', 'bob']);
  });

  it('takes what is typed without a network, shows it as waiting, and sends it when the network is back', async () => {
    const ann = await site.visit('chat#tunnel', 'ann');
    const bob = await site.visit('chat#tunnel', 'bob');
    const mend = await cutNetwork(ann);
    await say(ann, 'In a tunnel');
    await say(bob, 'Where are you?');
    await expect.poll(() => ann.page.locator('[data-pending] .said').allTextContents()).toEqual(['In a tunnel']);
    await expect.poll(() => said(bob)).toEqual(['Where are you?']);
    await mend();
    for (const each of [ann, bob]) await expect.poll(() => said(each)).toEqual(['Where are you?', 'In a tunnel']);
    await expect.poll(() => ann.page.locator('[data-pending]').count()).toBe(0);
  });

  it('is in the room of its address, and goes to another with it', async () => {
    const ann = await site.visit('chat#tea', 'ann');
    const bob = await site.visit('chat#coffee', 'bob');
    await say(ann, 'Tea');
    await say(bob, 'Coffee');
    await expect.poll(() => said(ann)).toEqual(['Tea']);
    await ann.page.evaluate(() => {
      location.hash = 'coffee';
    });
    await expect.poll(() => said(ann)).toEqual(['Coffee']);
    expect(await ann.page.getByRole('link', { name: 'Debugger' }).getAttribute('href')).toBe('./debug#chat/coffee');
  });

  it('refuses a name that is none, in words', async () => {
    const ann = await site.visit('chat', 'ann');
    await ann.page.getByLabel('You are').fill('<b>');
    await ann.page.getByRole('button', { name: 'Change' }).click();
    await expect.poll(ann.note).toBe('A user is a name of 1 to 64 letters, digits and . _ @ + - and spaces.');
    await ann.page.getByLabel('You are').fill('Anna');
    await ann.page.getByRole('button', { name: 'Change' }).click();
    await expect.poll(() => ann.page.locator('.strip').textContent()).toContain('you' + 'Anna');
  });

  it('keeps in step with a published client in the same room', async () => {
    const ann = await site.visit('chat', 'ann');
    const theirs = new WebSocket(site.socket());
    await once(theirs, 'open');
    const heard: string[] = [];
    theirs.on('message', (data) => heard.push(String(data)));
    theirs.send(JSON.stringify({ action: 'onMessage', message: 'Hi from the published page' }));
    await expect.poll(async () => (await said(ann)).at(-1)).toBe('Hi from the published page');
    await say(ann, 'Hi from ours');
    await expect.poll(() => heard).toContain('Hi from ours');
    theirs.close();
  });
});
