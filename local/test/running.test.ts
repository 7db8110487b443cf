import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findAllRunning, findRunning, leaveWord, type Running } from '../running.ts';

const projectFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'running-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'Pulumi.yaml'), 'name: shop\n');
  return folder;
};

/** What one says of itself that was started at a moment, on a port that answers until the test is over. */
const runningSince = async (since: number): Promise<Running> => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, pid: process.pid, stack: 'dev', since, outputs: {} };
};

it('of several in a folder finds the one on a port, or the one that was started first', async () => {
  const folder = await projectFolder();
  const [second, first] = [await runningSince(2), await runningSince(1)];
  await leaveWord(folder, second);
  await leaveWord(folder, first);
  expect(await findAllRunning(folder)).toEqual([first, second]);
  expect(await findRunning(folder)).toEqual(first);
  expect(await findRunning(folder, second.port)).toEqual(second);
  expect(await findRunning(folder, 1)).toBeUndefined();
  expect((await readdir(join(folder, '.shop'))).toSorted()).toEqual(
    [first, second].map(({ port }) => `local-${port}.json`).toSorted(),
  );
});

it('passes by words of who is gone, whether its port is silent or its number free, and words that are none', async () => {
  const folder = await projectFolder();
  const running = await runningSince(1);
  await leaveWord(folder, { ...running, port: 1 });
  // No process has this number: Linux and macOS give none above 2^22.
  await leaveWord(folder, { ...running, pid: 2 ** 22 + 1 });
  await mkdir(join(folder, '.shop'), { recursive: true });
  await writeFile(join(folder, '.shop/local-2.json'), '{"port":');
  expect(await findAllRunning(folder)).toEqual([]);
});

it('takes away the word of who was killed when another begins', async () => {
  const folder = await projectFolder();
  const [killed, next] = [await runningSince(1), await runningSince(2)];
  await leaveWord(folder, { ...killed, pid: 2 ** 22 + 1 });
  await leaveWord(folder, next);
  expect(await readdir(join(folder, '.shop'))).toEqual([`local-${next.port}.json`]);
});
