import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { connect } from 'foldcast-client';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { chat } from '../../../../domain/kinds/chat.ts';
import { counter } from '../../../../domain/kinds/counter.ts';
import { root } from '../../../system/project.ts';
import { type System, startSystem } from '../../../system/system.ts';
import { until } from '../../../system/until.ts';
import { wholeLog } from '../../../system/whole.ts';
import { foldcast, folderOf, folderWithExport, newFolder, objects } from '../foldcast.ts';
import { chatPages, counterPages } from '../rooms.ts';

let system: System;
/** A folder in which the system is found. */
let folder: string;
beforeAll(async () => {
  system = await startSystem();
}, 120_000);
afterAll(() => system.close());
beforeEach(async () => {
  folder = await folderOf(system.runtime.port, system.runtime.graph.outputs);
});

const here = (...args: readonly string[]) => foldcast(args, { folder });

const someone = (user: string) => {
  const client = connect(system.url, { kinds: [chat, counter], user });
  onTestFinished(() => client.close());
  return client;
};

/** The folder of an export with a chat of two texts. */
const exported = async (): Promise<string> =>
  join(await folderWithExport(chatPages('chat/lobby', ['Tea?', 'Yes.'])), 'log.ndjson');

it('forks a room from any version of it: clients play on there, and it stays as it was', async () => {
  const original = someone('ann').join('chat/tea');
  const said = [];
  for (const message of ['one', 'two', 'three']) said.push(await original.do.onMessage({ message }));
  const version = said[1]?.seq ?? 0;
  await wholeLog(system);
  const before = await here('log', 'chat/tea', '--type', 'onMessage', '--json');

  const [forked] = objects(await here('fork', 'chat/tea', '--at', String(version), '--json'));
  expect(forked).toEqual({ room: expect.stringMatching(/^chat\/tea-[A-Z]{4}$/), from: 'chat/tea', version });
  const name = String(forked?.room) as `chat/${string}`;
  const [bob, eve] = [someone('bob').join(name), someone('eve').join(name)];
  const texts = (room: typeof bob) => room.state?.messages.map(({ text }) => text);
  await vi.waitFor(() => expect([texts(bob), texts(eve)]).toEqual(Array(2).fill(['one', 'two'])), 20_000);
  const { seq } = await bob.do.onMessage({ message: 'otherwise' });
  expect(seq).toBeGreaterThan(version);
  await vi.waitFor(() => expect(texts(eve)).toEqual(['one', 'two', 'otherwise']), 20_000);

  expect(texts(original)).toEqual(['one', 'two', 'three']);
  expect(await here('log', 'chat/tea', '--type', 'onMessage', '--json')).toEqual(before);
  const epochs = await Promise.all([name, 'chat/tea'].map(async (room) => (await system.log.latest(room, chat)).epoch));
  expect(epochs[0]).not.toBe(epochs[1]);
  expect(await here('verify', name)).toMatchObject({ code: 0 });
});

it('writes one page and one head, however many events the room has', async () => {
  const batches = Array.from({ length: 100 }, (_, index) => [`${index}`, 'and more']);
  const file = join(await folderWithExport(chatPages('chat/many', ...batches)), 'log.ndjson');
  const calls = () => ({ ...system.runtime.statistics().calls.operator });
  const before = calls();
  const [forked] = objects(await here('fork', 'chat/many', '--file', file, '--json'));
  const written = Object.entries(calls()).filter(([name, count]) => count > (before[name] ?? 0));
  expect(written).toEqual([['TransactWriteItems', (before.TransactWriteItems ?? 0) + 1]]);
  expect(await system.log.pages(String(forked?.room), 1, 1_000)).toHaveLength(1);
});

it('goes on from the newest version unless told, and says where its kind is played', async () => {
  await mkdir(join(folder, 'web'));
  await writeFile(join(folder, 'web/chat.html'), '');
  const ran = await here('fork', 'chat/lobby', '--file', await exported(), '--as', 'chat/forked');
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(ran.stdout).toBe(
    `chat/forked goes on from version 2 of chat/lobby, in the local runtime on port ${system.runtime.port}.\nPlay on at http://localhost:${system.runtime.port}/chat#forked\n`,
  );
});

it('forks a room of the data folder of another runtime', async () => {
  const data = join(await newFolder(), 'data');
  const other = await startSystem({ data });
  const ann = await other.connect();
  ann.send({ action: 'onMessage', message: 'kept' });
  await until('it is in the log', async () => (await other.log.latest('chat/lobby', chat)).state.messages.length === 1);
  await wholeLog(other);
  await other.close();
  // The program says what the tables of a data folder are called.
  const main = relative(folder, join(root, 'infra/index.ts'));
  await writeFile(join(folder, 'Pulumi.yaml'), `name: foldcast\nmain: ${main}\nruntime: nodejs\n`);
  await cp(join(root, 'Pulumi.dev.yaml'), join(folder, 'Pulumi.dev.yaml'));
  const ran = await foldcast(['fork', 'chat/lobby', '--data', data, '--as', 'chat/from-data', '--json'], { folder });
  expect(objects(ran)).toMatchObject([{ room: 'chat/from-data', from: 'chat/lobby' }]);
  expect((await system.log.latest('chat/from-data', chat)).state.messages).toMatchObject([{ text: 'kept' }]);
});

it('forks the one room of a kind into a runtime that does not have it, and says so where it does', async () => {
  const file = join(await folderWithExport(counterPages('++', '+')), 'log.ndjson');
  const fork = () => here('fork', 'counter/global-counter', '--at', '2', '--file', file, '--json');
  expect(objects(await fork())).toMatchObject([{ room: 'counter/global-counter', version: 2 }]);
  const count = someone('ann').join('counter/global-counter');
  await vi.waitFor(() => expect(count.state).toBe(2), 20_000);
  expect(await fork()).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^counter\/global-counter exists already\. The kind counter has one room alone: .*\n$/,
    ),
  });
});

it.each([
  [['chat/lobby', '--at', '99'], /^chat\/lobby has the events 1 to 2: 99 is none of them\.\n$/],
  [['chat/lobby', '--as', 'game/COPY'], /^chat\/lobby can't go on as "game\/COPY": name a room chat\/<id>\.\n$/],
  [['chat/lobby', '--as', 'chess/one'], /^No kind rules "chess\/one": .*\n$/],
  [['chat/none'], /^There is no room "chat\/none" in log\.ndjson\. .*\n$/],
])('refuses, before it writes anything: %j', async (args, sentence) => {
  const versions = async () =>
    objects(await here('rooms', '--json', '--no-sizes')).map((each) => [each.room, each.version]);
  const before = await versions();
  const ran = await here('fork', ...args, '--file', await exported());
  expect([ran.code, ran.stdout]).toEqual([2, '']);
  expect(ran.stderr).toMatch(sentence);
  expect(await versions()).toEqual(before);
});

it('never goes over a room, and says so where nothing runs', async () => {
  const file = await exported();
  const fork = ['fork', 'chat/lobby', '--file', file, '--as', 'chat/taken'];
  expect(await here(...fork)).toMatchObject({ code: 0 });
  expect(await here(...fork)).toMatchObject({
    code: 2,
    stderr: 'chat/taken exists already. Give it another name with --as, such as chat/COPY.\n',
  });
  expect(await foldcast(fork, { folder: await newFolder() })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^Nothing runs here: .*\n$/),
  });
});
