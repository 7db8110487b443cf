import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { exportRooms, wholeLog } from '../../replay/history/export.ts';
import { graveFaults, keepScreenshot, launchBrowser } from './browser.ts';
import { debuggerOn, dropFile } from './debugger.ts';
import { type Actor, connectActor } from './events.ts';
import { localHistory } from './history.ts';
import { freePort, type Runtime, startRuntime } from './runtime.ts';
import { playGame } from './scene.ts';

let browser: Browser;
let port: number;
let runtime: Runtime;
let actors: readonly Actor[];
let folder: string;

/** Counts to 20, then twice plays with an old version of the game. */
const play = async (): Promise<void> => {
  const [ann, bob, eve] = actors as readonly [Actor, Actor, Actor];
  for (let round = 0; round < 8; round += 1) {
    ann.send({ action: 'plus' });
    bob.send({ action: round % 4 === 3 ? 'minus' : 'plus' });
    eve.send({ action: 'plus' });
  }
  const game = { gameStateVersion: 1, turn: 'ann', players: [{ name: 'Ann', score: 0 }] };
  ann.send({ action: 'updateGame', gameAction: 'createGame', gameId: 'KFNF', game });
  await settled('game/KFNF', 1);
  bob.send({ action: 'updateGame', gameAction: 'createGame', gameId: 'KFNF', game });
  ann.send({ action: 'onMessage', message: 'Shall we begin?' });
};

const history = () => localHistory(port);
const versionOf = async (room: string): Promise<number> =>
  (await history().rooms()).find((each) => each.room === room)?.version ?? 0;
const settled = (room: string, version: number): Promise<void> =>
  vi.waitFor(async () => expect(await versionOf(room)).toBeGreaterThanOrEqual(version), 20_000);

/** Those who come are told of in one event or in several: all three are there, and what was said. */
const spoken = (): Promise<void> =>
  vi.waitFor(async () => {
    const events = [];
    for await (const page of (await history().open('chat/lobby')).pages()) events.push(...page.events);
    const data = JSON.stringify(events.map((event) => event.data));
    expect(data.match(/"connection"/g)).toHaveLength(3);
    expect(data).toContain('Shall we begin?');
  }, 20_000);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'debugger-'));
  browser = await launchBrowser();
  port = await freePort();
  runtime = await startRuntime(port);
  actors = await Promise.all(['ann', 'bob', 'eve'].map(() => connectActor(`ws://127.0.0.1:${port}/dev`)));
  await play();
  await settled('counter/global-counter', 24);
  await spoken();
  await settled('game/KFNF', 2);
});
afterAll(async () => {
  for (const actor of actors ?? []) actor.close();
  await browser?.close();
  await runtime?.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

const open = async (hash = '', colorScheme: 'light' | 'dark' = 'light') => {
  const context = await browser.newContext({ viewport: { width: 1366, height: 800 }, colorScheme });
  const page = await context.newPage();
  await page.goto(`http://localhost:${port}/debug${hash}`);
  return { page, ...debuggerOn(page) };
};

const exported = async (name: string): Promise<string> => {
  const logs = await Promise.all(
    ['counter/global-counter', 'game/KFNF'].map(async (room) => wholeLog(await history().open(room))),
  );
  const path = join(folder, name);
  await writeFile(path, exportRooms(logs, Date.now()));
  return path;
};

describe('the rooms', () => {
  it('are listed, filtered from the keyboard and opened', async () => {
    const { page, rooms, empty, title } = await open();
    await expect.poll(rooms).toEqual(['chat/lobby', 'counter/global-counter', 'game/KFNF']);
    expect(await empty()).toMatch(/^Choose a room/);
    await page.keyboard.press('/');
    await page.keyboard.type('kfn');
    await expect.poll(rooms).toEqual(['game/KFNF']);
    await page.keyboard.press('Enter');
    await expect.poll(title).toBe('game/KFNF');
  });
});

describe('a version', () => {
  it('is stepped to with keys, and its change is highlighted', async () => {
    const { page, room, version, highlights, event, changed } = await open();
    await room('counter/global-counter').click();
    await expect.poll(event).toMatch(/^#\d+ (plus|minus)$/);
    const last = Number(await version());
    await page.keyboard.press('Home');
    await expect.poll(version).toBe('1');
    await expect.poll(() => highlights('changed')).toEqual(['~state0→1']);
    for (const key of ['ArrowRight', 'PageDown', 'ArrowLeft']) await page.keyboard.press(key);
    await expect.poll(version).toBe('11');
    await expect.poll(event).toMatch(/^#11 /);
    expect(await changed()).toBe('1 change');
    await page.keyboard.press('End');
    await expect.poll(version).toBe(String(last));
    await expect.poll(() => new URL(page.url()).hash).toBe(`#counter/global-counter/${last}`);
  });

  it('has a state that is opened and closed with keys', async () => {
    const { page, event, state } = await open('#game/KFNF/1');
    await expect.poll(event).toMatch(/^#1 /);
    await expect.poll(state).toContain('"ann"');
    await page.locator('#state').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(state).toMatch(/state\{ \d keys \}$/);
    await page.keyboard.press('Enter');
    await expect.poll(state).toContain('"ann"');
  });

  it('that was refused is marked, can be jumped to, and changed nothing', async () => {
    const { page, refused, refusal, changed, state, version, pixels } = await open('#game/KFNF');
    await expect.poll(refused).toBe('1 refused');
    expect(await pixels('--trouble')).toBeGreaterThan(20);
    await page.keyboard.press('Home');
    await expect.poll(version).toBe('1');
    await page.keyboard.press('r');
    await expect.poll(refusal).toBe('refused: game-exists');
    expect(await changed()).toBe('nothing changed: it was refused');
    expect(await state()).toContain('"ann"');
  });

  it('is the one of the link, and a link that leads nowhere says so', async () => {
    const there = await open('#counter/global-counter/7');
    await expect.poll(there.event).toMatch(/^#7 /);
    const beyond = await open('#counter/global-counter/9999');
    await expect.poll(beyond.fault).toMatch(/^counter\/global-counter has the versions 1 to \d+: there is no 9,999\./);
    const nowhere = await open('#counter/none');
    await expect.poll(nowhere.empty).toMatch(/There is no room “counter\/none” in the local runtime/);
  });

  it('is chosen in the timeline, which zooms, and shows the rest by order', async () => {
    const { page, version, event, isRead } = await open('#counter/global-counter');
    await expect.poll(isRead).toBe(1);
    await page.getByRole('button', { name: 'order' }).click();
    const box = await page.locator('#canvas').boundingBox();
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 60);
    await expect.poll(async () => Math.abs(Number(await version()) - 12)).toBeLessThanOrEqual(2);
    const middle = await version();
    await expect.poll(event).toMatch(new RegExp(`^#${middle} `));
    for (let notch = 0; notch < 6; notch += 1) await page.mouse.wheel(0, -120);
    // Nearer, the neighbours are further apart: the same distance in pixels is fewer versions.
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2 + 150, (box?.y ?? 0) + 60);
    await expect.poll(async () => Number(await version()) - Number(middle)).toBeLessThanOrEqual(3);
  });
});

describe('a live event', () => {
  it('appears with its whole way, and takes along who looks at the end', async () => {
    const { version, stops, event, light } = await open('#counter/global-counter');
    await expect.poll(event).toMatch(/^#\d+ /);
    await expect.poll(light).toBe('live');
    const before = Number(await version());
    // Until joining was answered, deliveries to this page are not told of: the first ones may have none.
    await expect
      .poll(
        async () => {
          actors[1]?.send({ action: 'plus' });
          return stops();
        },
        { interval: 500 },
      )
      .toEqual(['received', 'appended', 'committed', 'delivered']);
    expect(Number(await version())).toBeGreaterThan(before);
  });

  it('leaves who looks at the past where they are', async () => {
    const { page, version, of, event } = await open('#counter/global-counter/3');
    await expect.poll(event).toMatch(/^#3 /);
    const before = await of();
    actors[2]?.send({ action: 'plus' });
    await expect.poll(of).not.toBe(before);
    expect(await version()).toBe('3');
    await page.keyboard.press('End');
    await expect.poll(async () => `of ${await version()}`).toBe(await of());
  });

  it('appears in a room that it is an event to join, without joining', async () => {
    const { event, rooms, highlights, page } = await open('#chat/lobby');
    await expect.poll(rooms).toContain('chat/lobby');
    await expect.poll(event).toMatch(/^#\d+ /);
    const before = await versionOf('chat/lobby');
    actors[0]?.send({ action: 'onMessage', message: 'Somebody there?' });
    await expect.poll(event).toBe(`#${before + 1} onMessage`);
    await expect.poll(() => highlights('added')).toHaveLength(1);
    expect(await page.locator('#state .line[data-fresh]').allTextContents()).toContain('text"Somebody there?"');
    expect(await versionOf('chat/lobby')).toBe(before + 1);
  });
});

describe('an exported file', () => {
  it('is looked at when it is dropped, and the runtime after it', async () => {
    const { page, rooms, room, source, event, stops, state } = await open();
    await expect.poll(rooms).toContain('chat/lobby');
    await dropFile(page, await exported('two.ndjson'));
    await expect.poll(rooms).toEqual(['counter/global-counter', 'game/KFNF']);
    expect(await source()).toBe('two.ndjson');
    await room('counter/global-counter').click();
    const atHome = async () => {
      // A key that is pressed before the room is there goes to the one before.
      await page.keyboard.press('Home');
      return event();
    };
    await expect.poll(atHome).toMatch(/^#1 /);
    expect(await stops()).toEqual(['received', 'appended', 'committed']);
    expect(await state()).toContain('1');
    await page.getByRole('button', { name: 'Back to the runtime' }).click();
    await expect.poll(rooms).toContain('chat/lobby');
  });
});

describe('the page', () => {
  it('leads to the page of its room', async () => {
    const { page, title } = await open('#counter/global-counter');
    await expect.poll(title).toBe('counter/global-counter');
    await page.getByRole('link', { name: 'open its page' }).click();
    await page.waitForURL(/\/counter$/);
  });

  it.each([
    ['debug', 'light'],
    ['debug-dark', 'dark'],
  ] as const)('is kept as a picture, and axe has nothing serious against it: %s', async (name, colorScheme) => {
    if ((await versionOf('game/PLAY')) === 0) await playGame(actors, 'PLAY', 60);
    await settled('game/PLAY', 64);
    const { page, event, highlights, isRead, refused } = await open('#game/PLAY/48', colorScheme);
    await expect.poll(isRead).toBe(1);
    await expect.poll(refused).toMatch(/^[1-9]/);
    await expect.poll(event).toMatch(/^#48 /);
    // From one that was refused back to one that counts.
    for (let version = 48; (await highlights('changed')).length < 3; version -= 1) {
      await expect.poll(event).toMatch(new RegExp(`^#${version} `));
      await page.keyboard.press('ArrowLeft');
      await expect.poll(event).toMatch(new RegExp(`^#${version - 1} `));
    }
    await keepScreenshot(page, name);
    expect(await graveFaults(page)).toEqual([]);
  });
});
