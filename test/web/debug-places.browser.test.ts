import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { exportRooms, wholeLog } from '../../replay/history/export.ts';
import { launchBrowser } from './browser.ts';
import { debuggerOn } from './debugger.ts';
import { type Actor, connectActor } from './events.ts';
import { localHistory } from './history.ts';
import { freePort, type Runtime, startRuntime } from './runtime.ts';

let browser: Browser;
let port: number;
let runtime: Runtime;
let folder: string;
let actor: Actor;

/** The file of a room of the runtime, as it is now. */
const exported = async (...rooms: readonly string[]): Promise<string> => {
  const logs = await Promise.all(rooms.map(async (room) => wholeLog(await localHistory(port).open(room))));
  const path = join(folder, `${rooms.length}.ndjson`);
  await writeFile(path, exportRooms(logs, Date.now()));
  return path;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'debugger-'));
  browser = await launchBrowser();
  port = await freePort();
  runtime = await startRuntime(port);
  actor = await connectActor(`ws://127.0.0.1:${port}/dev`);
  for (let click = 0; click < 12; click += 1) actor.send({ action: 'plus' });
  const game = { gameStateVersion: 1, turn: 'ann', players: [{ name: 'Ann', score: 0 }] };
  for (const gameId of ['KFNF', 'PLAY']) actor.send({ action: 'updateGame', gameAction: 'createGame', gameId, game });
  await vi.waitFor(async () => {
    const rooms = await localHistory(port).rooms();
    const versions = ['counter/global-counter', 'game/KFNF', 'game/PLAY'].map(
      (name) => rooms.find(({ room }) => room === name)?.version,
    );
    // In a game there is also an event of who came.
    expect(versions).toEqual([12, 2, 2]);
  }, 20_000);
});
afterAll(async () => {
  actor?.close();
  await browser?.close();
  await runtime?.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

const open = async (hash = '') => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`http://localhost:${port}/debug${hash}`);
  const file = page.locator('#file');
  const back = page.getByRole('button', { name: 'Back to the runtime' });
  const hashNow = () => new URL(page.url()).hash;
  return { context, page, file, back, hashNow, ...debuggerOn(page) };
};

describe('a file that is opened while a room is looked at', () => {
  it('shows its room of that name, and gives way to the version that was looked at before', async () => {
    const { page, file, back, event, chosen, title, source, of, hashNow } = await open('#counter/global-counter/5');
    await expect.poll(event).toMatch(/^#5 /);
    await file.setInputFiles(await exported('counter/global-counter', 'game/KFNF'));
    await expect.poll(source).toBe('2.ndjson');
    await expect.poll(event).toMatch(/^#12 /);
    expect([await title(), await chosen()]).toEqual(['counter/global-counter', ['counter/global-counter']]);
    await page.keyboard.press('Home');
    await expect.poll(event).toMatch(/^#1 /);
    await back.click();
    await expect.poll(event).toMatch(/^#5 /);
    expect(await of()).toBe('of 12');
    expect(await chosen()).toEqual(['counter/global-counter']);
    await expect.poll(hashNow).toBe('#counter/global-counter/5');
  });

  it('and has no such room marks none', async () => {
    const { page, file, back, event, empty, chosen, rooms, title } = await open('#game/PLAY');
    await expect.poll(event).toMatch(/^#2 /);
    expect(await page.title()).toBe('game/PLAY · foldcast debugger');
    await file.setInputFiles(await exported('counter/global-counter', 'game/KFNF'));
    await expect.poll(rooms).toEqual(['counter/global-counter', 'game/KFNF']);
    await expect.poll(() => page.locator('#empty').isVisible()).toBe(true);
    expect(await empty()).toMatch(/^Choose a room 2\.ndjson has 2 rooms\./);
    expect([await page.title(), await chosen()]).toEqual(['foldcast debugger', []]);
    await back.click();
    await expect.poll(() => page.title()).toBe('game/PLAY · foldcast debugger');
    await expect.poll(title).toBe('game/PLAY');
    await expect.poll(chosen).toEqual(['game/PLAY']);
  });

  it('leaves none marked on the way back where none was', async () => {
    const { page, file, back, rooms, room, event, chosen } = await open();
    await expect.poll(rooms).toContain('game/PLAY');
    await file.setInputFiles(await exported('counter/global-counter', 'game/KFNF'));
    await expect.poll(rooms).not.toContain('game/PLAY');
    await room('game/KFNF').click();
    await expect.poll(event).toMatch(/^#2 /);
    await back.click();
    await expect.poll(rooms).toContain('game/PLAY');
    await expect.poll(() => page.locator('#empty').isVisible()).toBe(true);
    expect([await page.title(), await chosen()]).toEqual(['foldcast debugger', []]);
  });
});

describe('a room that can not be opened', () => {
  it('is said not to be here, or not to be in the file', async () => {
    const { page, file, empty, hashNow } = await open('#counter/none/3');
    const text =
      /^That room is not here There is no room “counter\/none” in the local runtime: choose one from the list\./;
    await expect.poll(empty).toMatch(text);
    expect(hashNow()).toBe('#counter/none/3');
    await file.setInputFiles(await exported('counter/global-counter', 'game/KFNF'));
    await expect.poll(empty).toMatch(/^Choose a room/);
    await page.evaluate("location.hash = '#game/PLAY'");
    await expect.poll(empty).toMatch(/There is no room “game\/PLAY” in 2\.ndjson: choose one from the list\./);
  });

  it('for want of a runtime leaves what was shown, which goes on when the runtime is back', async () => {
    const { context, page, room, rooms, event, fault, title, chosen, version, hashNow } =
      await open('#counter/global-counter/5');
    await expect.poll(event).toMatch(/^#5 /);
    await expect.poll(rooms).toContain('game/PLAY');
    await expect.poll(hashNow).toBe('#counter/global-counter/5');
    await context.setOffline(true);
    await room('game/PLAY').click();
    await expect.poll(fault).toBe('The local runtime does not answer: is npm start still running?');
    await expect.poll(chosen).toEqual(['counter/global-counter']);
    expect(await page.locator('#history').isVisible()).toBe(true);
    expect([await title(), await version(), await page.title()]).toEqual([
      'counter/global-counter',
      '5',
      'counter/global-counter · foldcast debugger',
    ]);
    await page.evaluate("location.hash = '#game/KFNF'");
    await expect.poll(hashNow).toBe('#counter/global-counter/5');
    await context.setOffline(false);
    await expect.poll(fault).toBe('');
    await room('game/PLAY').click();
    await expect.poll(title).toBe('game/PLAY');
    await expect.poll(chosen).toEqual(['game/PLAY']);
  });

  it('for want of a runtime where none was open is not said to be absent', async () => {
    const { context, page, room, rooms, empty, chosen, hashNow } = await open();
    await expect.poll(rooms).toContain('game/PLAY');
    await context.setOffline(true);
    await room('game/PLAY').click();
    await expect.poll(empty).toMatch(/^That room could not be opened The local runtime does not answer/);
    expect(await chosen()).toEqual([]);
    expect(await page.title()).toBe('foldcast debugger');
    expect(hashNow()).toBe('#game/PLAY');
  });
});
