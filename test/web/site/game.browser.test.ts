import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { cutNetwork, type Visit, withSite } from './visits.ts';

const site = withSite();

const button = ({ page }: Visit, name: string | RegExp) => page.getByRole('button', { name });
const scores = ({ page }: Visit) => page.locator('.scores dd').allTextContents();

describe('the game', () => {
  it('is played by four to its end, and a published client keeps in step', async () => {
    const ann = await site.visit('game', 'ann');
    await button(ann, 'Start a game').click();
    await expect.poll(() => new URL(ann.page.url()).hash).toMatch(/^#[A-Z]{4}$/);
    const gameId = new URL(ann.page.url()).hash.slice(1);
    await button(ann, 'Create it').click();

    const theirs = new WebSocket(site.socket());
    await once(theirs, 'open');
    let document: Record<string, unknown> = {};
    theirs.on('message', (data) => {
      document = JSON.parse(String(data));
    });
    theirs.send(JSON.stringify({ action: 'updateGame', gameAction: 'joinGame', gameId }));

    const others = await Promise.all(['bob', 'eve', 'joe'].map((name) => site.visit(`game#${gameId}`, name)));
    const players = [ann, ...others];
    for (const [place, each] of players.entries()) {
      await each.page.getByLabel('A name').fill(`Name ${place}`);
      await button(each, 'Put it in').click();
    }
    for (const each of players)
      await expect.poll(() => each.page.locator('.panel').textContent()).toContain('4 names are in the bowl.');
    theirs.send(JSON.stringify({ action: 'updateGame', gameAction: 'addNames', gameId, names: ['Theirs'] }));
    for (const each of players)
      await expect.poll(() => each.page.locator('.panel').textContent()).toContain('5 names are in the bowl.');

    for (const [round, explains] of [ann, others[0], others[1]].entries()) {
      if (!explains) throw new Error('There are four.');
      await button(explains, /^Explain for team/).click();
      for (let name = 0; name < 5; name += 1) {
        const shown = await explains.page.locator('.explained').textContent();
        if (round + name === 0)
          for (const each of others) expect(await each.page.locator('.panel').textContent()).not.toContain(shown);
        await button(explains, 'Found').click();
        const points = 5 * round + name + 1;
        for (const each of players)
          await expect
            .poll(async () => (await scores(each)).reduce((sum, score) => sum + Number(score), 0))
            .toBe(points);
        // The button works again when the point counts.
        if (name < 4) await expect.poll(() => button(explains, 'Found').isEnabled()).toBe(true);
      }
    }
    for (const each of players) {
      expect(await scores(each)).toEqual(['10', '5']);
      await expect.poll(() => each.page.locator('#end').textContent()).toBe('Team 1 wins.');
    }
    await expect
      .poll(() => document)
      .toMatchObject({ pk: 'gameInstance', sk: gameId, round: 4, teamScores: [10, 5], gameState: 'startPending' });
    theirs.close();
  });

  it('gives the turn to the other team when the time is over', async () => {
    const ann = await site.visit('game#TIME', 'ann');
    await button(ann, 'Create it').click();
    await ann.page.getByLabel('A name').fill('Ada');
    await button(ann, 'Put it in').click();
    await ann.page.clock.install();
    await button(ann, 'Explain for team 1').click();
    await expect.poll(() => ann.page.getByRole('timer').textContent()).toMatch(/^(30|29)$/);
    await ann.page.clock.runFor(31_000);
    await expect.poll(() => button(ann, 'Explain for team 2').isVisible()).toBe(true);
    expect(await scores(ann)).toEqual(['0', '0']);
  });

  it('says that somebody was sooner, and shows what counts', async () => {
    const ann = await site.visit('game#SAME', 'ann');
    await button(ann, 'Create it').click();
    await ann.page.getByLabel('A name').fill('Ada');
    await button(ann, 'Put it in').click();
    const bob = await site.visit('game#SAME', 'bob');
    await expect.poll(() => button(bob, 'Explain for team 1').isEnabled()).toBe(true);
    const mend = await cutNetwork(ann);
    await button(bob, 'Explain for team 1').click();
    await expect.poll(() => bob.page.getByRole('timer').isVisible()).toBe(true);
    await button(ann, 'Explain for team 1').click();
    await mend();
    await expect.poll(ann.note).toMatch(/^Somebody was sooner\./);
    await expect.poll(() => ann.page.locator('.panel').textContent()).toContain('bob explains.');
  });
});
