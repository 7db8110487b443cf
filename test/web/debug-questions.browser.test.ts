import { connect } from 'foldcast-client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { game } from '../../domain/kinds/game.ts';
import { openFile } from '../../replay/history/open-file.ts';
import { launchBrowser } from './browser.ts';
import { debuggerOn } from './debugger.ts';
import { type Actor, connectActor } from './events.ts';
import { localHistory } from './history.ts';
import { freePort, type Runtime, startRuntime } from './runtime.ts';

let browser: Browser;
let port: number;
let runtime: Runtime;
let actors: readonly Actor[];

const versionOf = async (room: string): Promise<number> =>
  (await localHistory(port).rooms()).find((each) => each.room === room)?.version ?? 0;
const settled = (room: string, version: number): Promise<void> =>
  vi.waitFor(async () => expect(await versionOf(room)).toBeGreaterThanOrEqual(version), 20_000);

/** A game in which the board is played, and one move is not seen in time. */
const play = async (): Promise<void> => {
  const [ann, bob] = actors as readonly [Actor, Actor];
  const update = { action: 'updateGame', gameAction: 'updateGame', gameId: 'KFNF' };
  const document = { lastUpdateTime: 0, turn: 'ann', score: 0, board: [0, 0, 0], note: 'x'.repeat(900) };
  ann.send({ action: 'updateGame', gameAction: 'createGame', gameId: 'KFNF', game: document });
  await settled('game/KFNF', 2);
  for (const [turn, board] of [
    [0, 1, 0],
    [1, 2, 0],
    [1, 2, 0],
    [1, 2, 3],
  ].entries()) {
    const items = { lastUpdateTime: turn, currentUpdateTime: turn + 1, board, score: turn * 10 };
    (turn % 2 ? bob : ann).send({ ...update, updatedItems: items });
    await settled('game/KFNF', 3 + turn);
  }
  bob.send({ ...update, updatedItems: { lastUpdateTime: 1, currentUpdateTime: 9, score: -5 } });
  await settled('game/KFNF', 7);
};

beforeAll(async () => {
  browser = await launchBrowser();
  port = await freePort();
  runtime = await startRuntime(port);
  actors = await Promise.all(['ann', 'bob'].map(() => connectActor(`ws://127.0.0.1:${port}/dev`)));
  actors[0]?.send({ action: 'plus' });
  await play();
});
afterAll(async () => {
  for (const actor of actors ?? []) actor.close();
  await browser?.close();
  await runtime?.stop();
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

const open = async (hash: string) => {
  const context = await browser.newContext({ viewport: { width: 1366, height: 900 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  await page.goto(`http://localhost:${port}/debug${hash}`);
  const on = debuggerOn(page);
  await expect.poll(on.isRead).toBe(1);
  const hashNow = () => new URL(page.url()).hash;
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  return { page, hashNow, press, ...on };
};
const copied = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

/** The version at which each event of a type was appended: who comes and goes is told of in between, in its own time. */
const seqs = async (type: string): Promise<readonly number[]> => {
  const found: number[] = [];
  for await (const page of (await localHistory(port).open('game/KFNF')).pages())
    for (const event of page.events) if (event.type === type) found.push(event.seq);
  return found;
};

describe('the list of events', () => {
  it('shows all, follows the version, and is walked through with the arrow keys, which do nothing else', async () => {
    const { page, listed, version } = await open('#game/KFNF/3');
    await expect.poll(async () => (await listed()).find((line) => line.startsWith('> '))).toMatch(/^> #3 /);
    await page.locator('.event-row[data-seq="2"]').click();
    await expect.poll(version).toBe('2');
    await page.locator('#events').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(version).toBe('4');
    await page.locator('#filter-by').focus();
    await page.keyboard.press('ArrowRight');
    expect(await version()).toBe('4');
  });

  it('is searched, and filtered by type, sender and verdict', async () => {
    const { page, listed, press } = await open('#game/KFNF');
    const all = await listed();
    await page.keyboard.press('f');
    await page.keyboard.type('"SCORE":-5');
    await expect.poll(listed).toEqual([expect.stringMatching(/updateGame$/)]);
    await press('Show all events');
    await expect.poll(async () => (await listed()).length).toBe(all.length);
    await page.selectOption('#filter-verdict', 'refused');
    await expect.poll(listed).toHaveLength(1);
    await page.selectOption('#filter-verdict', 'counted');
    await page.selectOption('#filter-type', 'updateGame');
    await expect.poll(listed).toHaveLength(5);
    await page.selectOption('#filter-by', { index: 1 });
    const some = (await listed()).length;
    await page.selectOption('#filter-by', { index: 2 });
    await expect.poll(async () => some + (await listed()).length).toBe(5);
    await page.locator('#search').fill('nobody says this');
    await expect.poll(listed).toEqual([]);
    await expect.poll(() => page.locator('#events-note').textContent()).toBe(`0 of ${all.length}`);
  });
});

describe('a value', () => {
  it('is selected by a click, and is in the link', async () => {
    const { page, selected, hashNow } = await open('#game/KFNF/1');
    await page.locator('#state .line', { hasText: 'turn' }).click();
    await expect.poll(selected.path).toBe('state.document.turn');
    await expect.poll(hashNow).toBe('#game/KFNF/1?document/turn');
    await page.getByRole('button', { name: 'Select nothing' }).click();
    await expect.poll(hashNow).toBe('#game/KFNF/1');
  });

  it('that a link leads to is followed to the events that change it', async () => {
    const moves = await seqs('updateGame');
    const { press, version, selected } = await open(`#game/KFNF/${moves[3]}?document/board/2`);
    await expect.poll(selected.path).toBe('state.document.board[2]');
    await expect.poll(selected.value).toBe('0');
    await press('change →');
    await expect.poll(version).toBe(String(moves[4]));
    await expect.poll(selected.value).toBe('3');
    await press('change →');
    await expect.poll(selected.note).toBe('No event after this one changes it.');
    await press('← change');
    await expect.poll(version).toBe('1');
  });

  it('of a board is compared cell by cell', async () => {
    const [, , second] = await seqs('updateGame');
    const { highlights } = await open(`#game/KFNF/${second}`);
    await expect.poll(() => highlights('changed')).toEqual(expect.arrayContaining(['~00→1', '~11→2']));
    expect(await highlights('removed')).toEqual([]);
  });

  it('that is long is shown whole, and copied as JSON, as are the event and the state', async () => {
    const { page, selected, press } = await open('#game/KFNF/1?document/note');
    await expect.poll(selected.value).toBe('x'.repeat(900));
    await page.locator('#copy-value').click();
    await expect.poll(() => copied(page)).toBe(JSON.stringify('x'.repeat(900)));
    await page.locator('#copy-event').click();
    await expect.poll(async () => JSON.parse(await copied(page)).seq).toBe(1);
    await page.locator('#copy-state').click();
    await expect.poll(async () => JSON.parse(await copied(page)).document.board).toEqual([0, 0, 0]);
    await press('Copy link');
    await expect.poll(() => copied(page)).toBe(page.url());
  });
});

describe('when it began', () => {
  it('is found, and the event that made it so is shown', async () => {
    const { page, press, found, version } = await open('#game/KFNF');
    await page.locator('#expression').fill('state.document?.score >= 20');
    await page.keyboard.press('Enter');
    await expect.poll(found).toMatch(/^First true at version \d+: updateGame of .* made it so\.$/);
    expect(await version()).toBe(String((await seqs('updateGame'))[3]));
    await page.locator('#expression').fill('state.document?.score === 10');
    await press('Find the first');
    await expect.poll(found).toMatch(/^Not true of the newest state/);
    await page.getByLabel('comes and goes').check();
    await press('Find the first');
    await expect.poll(found).toMatch(/^First true at version \d+: updateGame/);
  });

  it('is asked in an expression: of what is none, throws, or never ends, the page says so', async () => {
    const { page, press, found } = await open('#game/KFNF');
    const asked = async (text: string) => {
      await page.locator('#expression').fill(text);
      await press('Find the first');
      await expect.poll(found).not.toBe('Looking …');
      return found();
    };
    expect(await asked('')).toMatch(/^Write what is true where something is wrong/);
    expect(await asked('state.(')).toMatch(/^"state\.\(" is no JavaScript expression/);
    expect(await asked('state.document.score')).toMatch(/cannot read property.* Write \?\. instead of \./);
    expect(await asked('(() => { for (;;); })()')).toMatch(/did not end within 1 s/);
    // What the engine does not interrupt is stopped with its worker.
    await page.locator('#expression').fill('Array(2 ** 32 - 1).indexOf(1) > 0');
    await press('Find the first');
    await press('Stop');
    await expect.poll(() => page.locator('#found').isVisible()).toBe(false);
    expect(await asked('typeof fetch === "undefined"')).toMatch(/^True from the beginning/);
  });

  it('becomes a test with the events that it takes', async () => {
    const { page, press, found } = await open('#game/KFNF');
    await page.locator('#expression').fill('state.document?.board[2] === 3');
    await press('Make a test of it');
    await expect.poll(found).toMatch(/^2 events of \d+ will do\./);
    const test = await page.locator('#test').inputValue();
    expect(test).toContain('given(game)');
    expect(test).toContain('.never((state) => state.document?.board[2] === 3);');
    expect(test.match(/"gameAction"/g)).toHaveLength(2);
    await press('Copy the test');
    await expect.poll(() => copied(page)).toBe(test);
  });
});

it('what a member saw is what was sent to it, and the state that its client knew then', async () => {
  const { page, seen, state } = await open('#game/KFNF/1');
  const name = (await page.locator('#seen-by option').allTextContents()).find((text) => /^as .* saw it$/.test(text));
  await page.selectOption('#seen-by', { label: name ?? '' });
  await expect.poll(seen).toMatch(/^At \d\d:\d\d:\d\d\.\d{3} .* was told of .*: its client had version \d+\./);
  expect(await seen()).toContain('{"type":"state","room":"game/KFNF"');
  expect(await state()).toContain('"ann"');
});

it('a room is exported from the page, and a fork of it is played on by a client', async () => {
  const { page, press, aside, title } = await open(`#game/KFNF/${(await seqs('updateGame'))[1]}`);
  const [download] = await Promise.all([page.waitForEvent('download'), press('Export')]);
  expect(download.suggestedFilename()).toBe('game-KFNF.ndjson');
  const path = await download.path();
  const [exported] = await (await openFile(path)).rooms();
  expect(exported).toMatchObject({ room: 'game/KFNF', version: await versionOf('game/KFNF') });

  await press('Fork here');
  await expect.poll(aside).toMatch(/^game\/[A-Z]{4} goes on from version \d+ of game\/KFNF/);
  const fork = (await aside()).split(' ')[0] ?? '';
  const client = connect(`ws://127.0.0.1:${port}/dev`, { kinds: [game] });
  try {
    const room = client.join(fork);
    await vi.waitFor(() => expect(room.state).toMatchObject({ document: { score: 0, board: [0, 1, 0] } }), 20_000);
    const gameId = fork.slice('game/'.length);
    const updatedItems = { lastUpdateTime: 1, currentUpdateTime: 2, score: 77 };
    await room.do.updateGame({ gameAction: 'updateGame', gameId, updatedItems });
    await vi.waitFor(() => expect(room.state).toMatchObject({ document: { score: 77 } }), 20_000);
  } finally {
    client.close();
  }
  await page.getByRole('link', { name: 'Look at it' }).click();
  await expect.poll(title).toBe(fork);
  expect((await localHistory(port).rooms()).find(({ room }) => room === 'game/KFNF')?.version).toBe(exported?.version);
});

it('the page says that nothing answers, and since when, and goes on with the new history where the runtime begins anew', async () => {
  const { light, fault, event, of } = await open('#counter/global-counter');
  await expect.poll(light).toBe('live');
  await runtime.stop();
  await expect.poll(fault).toBe('The local runtime does not answer: is npm start still running?');
  expect(await light()).toMatch(/^no answer since \d\d:\d\d:\d\d$/);
  runtime = await startRuntime(port);
  const again = await connectActor(`ws://127.0.0.1:${port}/dev`);
  for (let click = 0; click < 9; click += 1) again.send({ action: 'minus' });
  await settled('counter/global-counter', 9);
  await expect.poll(of).toBe('of 9');
  await expect.poll(event).toBe('#9 minus');
  await expect.poll(light).toBe('live');
  expect(await fault()).toBe('');
  again.close();
});
