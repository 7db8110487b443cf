import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { PlainClient } from './client.ts';
import { startReady } from './command.ts';
import { until } from './until.ts';
import { endsAt, wholeLog } from './whole.ts';

const dataFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'foldcast-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

const several = (count: number, connect: () => Promise<PlainClient>): Promise<PlainClient[]> =>
  Promise.all(Array.from({ length: count }, connect));

/** The largest value that any of the clients was shown. */
const shown = (clients: readonly PlainClient[]): number =>
  Math.max(0, ...clients.flatMap(({ messages }) => messages.map((message) => JSON.parse(message).value ?? 0)));

it('folds all that was appended after kill -9 under load, again and again, and loses nothing that was shown', async () => {
  const data = await dataFolder();
  let before = 0;
  // How many clicks somebody has to have been shown before the kill: at the start, and amid the rush.
  for (const clicks of [1, 60]) {
    const system = await startReady(['--data', data]);
    expect((await wholeLog(system)).value).toBeGreaterThanOrEqual(before);
    const clients = await several(5, system.connect);
    for (let click = 0; click < 60; click += 1) for (const client of clients) client.send({ action: 'plus' });
    await until('clicks are shown', () => shown(clients) >= before + clicks);
    system.signal('SIGKILL');
    expect(await system.ended).toBe('SIGKILL');
    before = shown(clients);
  }

  const system = await startReady(['--data', data]);
  const { value, events } = await wholeLog(system);
  expect(value).toBeGreaterThanOrEqual(before);
  expect(value).toBe(events.filter(({ refused }) => refused === undefined).length);
  const clients = await several(3, system.connect);
  for (const client of clients) client.send({ action: 'plus' });
  await Promise.all(clients.map((client) => client.shows(value + 3)));
  expect((await wholeLog(system)).value).toBe(value + 3);
}, 240_000);

it('keeps everything over Ctrl-C, which ends it with code 0 and its clients with 1001', async () => {
  const data = await dataFolder();
  const system = await startReady(['--data', data]);
  const clients = await several(3, system.connect);
  for (const client of clients) client.send({ action: 'plus' });
  await endsAt(system, clients, 3);
  const closed = Promise.all(clients.map(async ({ socket }) => (await once(socket, 'close'))[0]));
  let ended = false;
  void system.ended.then(() => {
    ended = true;
  });
  system.signal('SIGINT');
  await until('it ends', () => ended, 5_000);
  expect(await system.ended).toBe(0);
  expect(await closed).toEqual([1001, 1001, 1001]);
  expect(system.stderr).toEqual(['Starting …']);

  const again = await startReady(['--data', data]);
  const ann = await again.connect();
  ann.send({ action: 'plus' });
  await ann.shows(4);
  expect((await wholeLog(again)).value).toBe(4);
}, 120_000);
