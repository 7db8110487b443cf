import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { foldcast, folderOf } from '../replay/command-line/foldcast.ts';
import { type Client, connectV1 } from './client-v1.ts';
import { type System, startSystem } from './system.ts';
import { until } from './until.ts';
import { room } from './whole.ts';

let system: System;
let ann: Client;
let folder: string;
beforeAll(async () => {
  system = await startSystem();
  ann = await connectV1(system.url);
  await ann.join(room);
}, 120_000);
beforeEach(async () => {
  folder = await folderOf(system.runtime.port, system.runtime.graph.outputs);
});
afterAll(async () => {
  await ann.close();
  await system.close();
});

const table = (output: string) => String(system.runtime.graph.outputs[output]);
const restore = (...args: readonly string[]) => foldcast(['restore', ...args], { folder });
const clicks = async (count: number): Promise<void> => {
  for (let click = 0; click < count; click += 1) await ann.append({ action: 'plus' });
};
const shows = (state: number) => until(`ann shows ${state}`, () => ann.room(room).state === state);
const head = async () => {
  const asked = { TableName: table('headsTable'), Key: { room }, ConsistentRead: true };
  return (await system.database.send(new GetCommand(asked))).Item;
};

it('goes on after heads that were restored older than their log, without a number given out twice', async () => {
  await clicks(3);
  const older = await head();
  await clicks(2);
  await system.database.send(new PutCommand({ TableName: table('headsTable'), Item: older }));

  const dry = await restore('--heads', table('headsTable'));
  expect(dry).toMatchObject({ code: 0, stdout: `${room}: head 3 → 5, where its log ends\n` });
  expect(dry.stderr).toContain('1 head of');
  expect(dry.stderr).toContain('Nothing was done');
  expect(await head()).toMatchObject({ seq: 3 });
  expect(await restore('--heads', table('headsTable'), '--yes')).toMatchObject({ code: 0 });
  expect(await head()).toMatchObject({ seq: 5, epoch: older?.epoch });
  expect(await restore('--heads', table('headsTable'))).toMatchObject({ code: 0, stdout: '' });

  expect(await ann.append({ action: 'plus' })).toBe(6);
  await shows(6);
});

it('[C3] goes on after a log that was restored and has lost events: whoever knew them is told', async () => {
  const { epoch } = (await head()) ?? {};
  for (const from of [4, 5, 6])
    await system.database.send(new DeleteCommand({ TableName: table('logTable'), Key: { room, from } }));
  const done = await restore('--log', table('logTable'), '--yes');
  expect(done).toMatchObject({ code: 0, stdout: `${room}: head 6 → 3, where its log ends; events 4 to 6 are gone\n` });

  expect(await ann.append({ action: 'plus' })).toBe(4);
  await shows(4);
  expect(ann.room(room).known?.epoch).not.toBe(epoch);
  const verified = await foldcast(['verify', room], { folder });
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('all is well') });
});

it('has a room begin anew whose log is gone', async () => {
  const of = (from: number) => ({ TableName: table('logTable'), Key: { room, from } });
  for (const from of [1, 2, 3, 4]) await system.database.send(new DeleteCommand(of(from)));
  const done = await restore('--log', table('logTable'), '--yes', '--json');
  const lines = done.stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toContainEqual({ room, head: 4, log: 0, epoch: 'new' });
  expect(await ann.append({ action: 'plus' })).toBe(1);
  const bob = await connectV1(system.url);
  onTestFinished(() => bob.close());
  await bob.join(room);
  await until('bob shows 1', () => bob.room(room).state === 1);
});

it('asks for a table', async () => {
  expect(await restore()).toMatchObject({ code: 2, stderr: expect.stringContaining('Say which table was restored') });
});
