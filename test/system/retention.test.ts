import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { chat } from '../../domain/kinds/chat.ts';
import { createRestore } from '../../store/restore.ts';
import { foldcast, folderOf } from '../replay/command-line/foldcast.ts';
import { chatPages } from '../replay/command-line/rooms.ts';
import { connectV1 } from './client-v1.ts';
import { databaseAs } from './operator.ts';
import { projectOf, root } from './project.ts';
import { type System, startSystem } from './system.ts';

let system: System;
let removeProject: () => Promise<void>;
beforeAll(async () => {
  const files = {
    'Pulumi.dev.yaml': 'config:\n  foldcast:eventRetentionDays: 30\n',
    'infra/index.ts': `export * from '${join(root, 'infra/index.ts')}';`,
  };
  const project = await projectOf(files, (remove) => {
    removeProject = remove;
  });
  system = await startSystem({ project });
}, 120_000);
afterAll(async () => {
  await system.close();
  await removeProject();
});

const room = 'chat/ancient';
const epoch = 'e';

it('removes what is older than the days that are said, and everybody goes on: who joins, who comes back, who looks back', async () => {
  const { headsTable, logTable } = system.runtime.graph.outputs;
  const tables = { heads: String(headsTable), log: String(logTable) };
  const restore = createRestore(databaseAs('operator', system.runtime.port), tables);
  const day = 24 * 3_600_000;
  const ages = [50, 40, 35, 10, 1];
  const pages = chatPages(room, ['one'], ['two'], ['three'], ['four'], ['five']);
  await restore.claim(room, 5, epoch);
  await restore.write(pages.map((page, index) => ({ ...page, epoch, at: Date.now() - (ages[index] ?? 0) * day })));

  expect(await system.runtime.invoke('retention', {})).toMatchObject({ ok: true });
  const kept = await system.log.pages(room, 1, 5);
  expect(kept.map(({ from }) => from)).toEqual([3, 4, 5]);
  expect(system.calls('retention')).toMatchObject({ Scan: expect.any(Number), BatchWriteItem: 1 });

  const client = await connectV1(system.url);
  onTestFinished(() => client.close());
  const texts = (state: unknown) => (state as typeof chat.initial).messages.map(({ text }) => text);
  await client.join(room, { version: 1, epoch });
  expect(texts(client.room(room).state)).toEqual(['one', 'two', 'three', 'four', 'five']);

  const folder = await folderOf(system.runtime.port, system.runtime.graph.outputs);
  const here = (...args: readonly string[]) => foldcast(args, { folder });
  expect(await here('verify', room)).toMatchObject({ code: 0, stdout: expect.stringContaining('events 3 to') });
  expect(await here('state', room, '--at', '4', '--json')).toMatchObject({ code: 0 });
  expect(await here('state', room, '--at', '1')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no longer goes back to version 1: it begins with the state of version 3'),
  });
  for (const command of ['whatif', 'export', 'log', 'replay'])
    expect(await here(command, room), command).toMatchObject({ code: 0 });
});
