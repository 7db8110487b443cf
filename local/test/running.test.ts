import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findRunning, leaveWord } from '../running.ts';

it('of several in a folder finds the first, and tells the others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'running-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'Pulumi.yaml'), 'name: shop\n');
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const first = { port, pid: process.pid, stack: 'dev', outputs: {} };
  await leaveWord(folder, first);
  await expect(leaveWord(folder, { ...first, port: port + 1, pid: process.pid + 1 })).rejects.toThrow(
    `they go to the one on port ${port}`,
  );
  expect(await findRunning(folder)).toEqual(first);
  expect(await readdir(join(folder, '.shop'))).toEqual(['local.json']);
});
