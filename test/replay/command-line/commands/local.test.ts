import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { chat } from '../../../../domain/kinds/chat.ts';
import { game } from '../../../../domain/kinds/game.ts';
import type { Page } from '../../../../domain/page.ts';
import { Interrupted } from '../../../../replay/command-line/interrupts.ts';
import { createRestore } from '../../../../store/restore.ts';
import { databaseAs } from '../../../system/operator.ts';
import { type System, startSystem } from '../../../system/system.ts';
import { until } from '../../../system/until.ts';
import { wholeLog } from '../../../system/whole.ts';
import { altered, fold } from '../../memoryLog.ts';
import { foldcast, folderOf, folderWithExport, objects } from '../foldcast.ts';
import { chatPages, counterPages, room } from '../rooms.ts';

let system: System;
/** A folder in which the system is found. */
let folder: string;
beforeAll(async () => {
  system = await startSystem();
  const ann = await system.connect();
  for (const action of ['plus', 'plus', 'minus']) ann.send({ action });
  await until('all is appended', async () => (await system.heads.version(room)) === 3);
  await wholeLog(system);
  // That she came is told in its own time: a room that changes between two listings is none that an import wrote.
  await until('it is told that ann came', async () => (await system.log.latest('chat/lobby', chat)).version === 1);
}, 120_000);
afterAll(() => system.close());
beforeEach(async () => {
  folder = await folderOf(system.runtime.port, system.runtime.graph.outputs);
});

const here = (...args: readonly string[]) => foldcast(args, { folder });
const restore = () => {
  const { headsTable, logTable } = system.runtime.graph.outputs;
  const tables = { heads: String(headsTable), log: String(logTable) };
  return createRestore(databaseAs('operator', system.runtime.port), tables);
};
/** Puts a room of another name into the tables. */
const put = async (name: string, pages: readonly Page[]): Promise<string> => {
  await restore().claim(name, pages.at(-1)?.to ?? 0, 'e');
  await restore().write(pages.map((page) => ({ ...page, room: name })));
  return name;
};

it('lists the rooms, with the members of now', async () => {
  const rooms = objects(await here('rooms', '--json'));
  expect(rooms).toContainEqual(
    expect.objectContaining({ room, kind: 'counter', version: 3, head: 3, members: 1, pages: expect.any(Number) }),
  );
  expect(objects(await here('rooms', '--json', '--no-sizes'))[0]).not.toHaveProperty('bytes');
  expect((await here('rooms')).stdout).toMatch(/\ncounter\/global-counter +3 +20.*Z +1 +\d+ +\d+\n/);
});

it('goes on past a page that can’t be read, and says so once', async () => {
  const name = await put('counter/damaged', counterPages('++', '+', '+'));
  const { logTable } = system.runtime.graph.outputs;
  const Item = { room: name, from: 3, to: 3, events: '[', at: 0 };
  await databaseAs('operator', system.runtime.port).send(new PutCommand({ TableName: String(logTable), Item }));
  const { code, stdout, stderr } = await here('log', name, '--json');
  expect(stdout.match(/"seq":\d/g)).toEqual(['"seq":1', '"seq":2', '"seq":4']);
  expect([code, stderr.match(/can't be read/g)]).toEqual([0, ["can't be read"]]);
  expect(stderr).toContain('The page of counter/damaged with the events 3 to 3');
  expect(await here('verify', name)).toMatchObject({ code: 1, stdout: expect.stringContaining('✗ unreadable') });
  const rebuilt = await here('rebuild', name, '--write');
  expect([rebuilt.code, rebuilt.stderr]).toEqual([2, expect.stringContaining('later states would be wrong')]);
});

it('shows events, states and changes, and finds all well', async () => {
  const events = objects(await here('log', room, '--json'));
  expect(events.map(({ seq, type }) => [seq, type])).toEqual([
    [1, 'plus'],
    [2, 'plus'],
    [3, 'minus'],
  ]);
  expect(objects(await here('state', room, '--json', '--at', '2'))).toEqual([{ room, version: 2, state: 2 }]);
  expect((await here('replay', room, '--from', '3')).stdout).toContain('~ state: 2 → 1');
  expect(await here('verify', room)).toMatchObject({ code: 0, stdout: expect.stringContaining('all is well') });
  expect(objects(await here('bisect', room, 'state > 0', '--json'))).toMatchObject([{ version: 1, by: 'event' }]);
  expect((await here('whatif', room, '--local')).stdout).toContain('Every event ends as it did.');
});

it('refuses what is not there, in a sentence', async () => {
  for (const args of [['log'], ['state'], ['verify'], ['whatif'], ['export'], ['tail'], ['rebuild'], ['replay']])
    expect(await here(...args, 'counter/none')).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^There is no room "counter\/none" in the local runtime on port \d+: .*\n$/),
    });
});

it('exports a room to a file that says the same, and imports it under another name', async () => {
  const room = await put('chat/spoken', chatPages('chat/spoken', ['one', 'two'], ['three']));
  expect(await here('export', room, '-o', 'out.ndjson')).toMatchObject({ code: 0, stdout: '' });
  const printed = await here('export', room);
  const header = /"at":\d+,"index"/;
  expect(printed.stdout.replace(header, '')).toBe(
    (await readFile(join(folder, 'out.ndjson'), 'utf8')).replace(header, ''),
  );
  for (const args of [
    ['log', room, '--json'],
    ['state', room, '--json', '--at', '2'],
    ['verify', room],
  ])
    expect(await here(...args, '--file', 'out.ndjson')).toEqual(await here(...args, '--local'));

  const copy = 'chat/copy';
  expect(objects(await here('import', 'out.ndjson', '--as', copy, '--json'))).toMatchObject([
    { room: copy, version: 3, events: 3 },
  ]);
  expect(objects(await here('log', copy, '--json'))).toEqual(
    objects(await here('log', room, '--json')).map((event) => ({ ...event, room: copy })),
  );
  expect(await readdir(folder)).toEqual(['.foldcast', 'Pulumi.yaml', 'out.ndjson']);
});

it.each([
  [
    ['import', 'log.ndjson'],
    'counter/global-counter exists already. The kind counter has one room alone: take a runtime that does not have it yet.',
  ],
  [['import', 'log.ndjson', '--stack', 'prod', '--as', 'chat/new'], 'A deployed stack takes no imports'],
  [['import', 'log.ndjson', '--as', 'chat/new'], `name a room counter/<id>`],
  [['import', 'log.ndjson', '--as', 'counter'], 'No kind rules "counter"'],
  [['import', 'log.ndjson', '--as', 'counter/other'], 'No client could reach "counter/other"'],
  [['import', 'absent.ndjson'], "can't be read"],
])('%j writes nothing', async (args, sentence) => {
  const from = await folderWithExport(counterPages('+'));
  await writeFile(join(folder, 'log.ndjson'), await readFile(join(from, 'log.ndjson')));
  const before = objects(await here('rooms', '--json', '--no-sizes'));
  const ran = await here(...args);
  expect([ran.code, ran.stdout]).toEqual([2, '']);
  expect(ran.stderr).toContain(sentence);
  expect(objects(await here('rooms', '--json', '--no-sizes'))).toEqual(before);
});

it('imports a game as what clients know it by, and none that they could not reach', async () => {
  const deep = fold(game, [{ type: 'updateGame', data: { gameAction: 'createGame', gameId: 'DEEP', game: {} } }]);
  const named = (name: string) => deep.map((page) => ({ ...page, room: name }));
  const from = await folderWithExport(named('game/DEEP'));
  const path = join(from, 'log.ndjson');
  const refused = {
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/No client could reach "game\/C".* --as, such as game\/COPY\./),
  };
  expect(await here('import', path, '--as', 'game/C')).toMatchObject(refused);
  expect(await system.heads.version('game/C')).toBe(0);
  expect(objects(await here('import', path, '--as', 'game/copy', '--json'))).toMatchObject([{ room: 'game/COPY' }]);
  expect(await here('log', 'game/COPY')).toMatchObject({ code: 0 });

  const twins = await folderWithExport(named('game/TWIN'), named('game/twin'));
  expect(await here('import', join(twins, 'log.ndjson'))).toMatchObject({ code: 2, stdout: '' });
  expect(await system.heads.version('game/TWIN')).toBe(0);
  const unreachable = await folderWithExport(named('game/C'));
  expect(await here('import', join(unreachable, 'log.ndjson'))).toMatchObject(refused);
});

it('imports none of several rooms where one exists', async () => {
  const from = await folderWithExport(chatPages('chat/another', ['one']), counterPages('+'));
  await writeFile(join(folder, 'log.ndjson'), await readFile(join(from, 'log.ndjson')));
  expect(await here('import', 'log.ndjson')).toMatchObject({ code: 2, stdout: '' });
  expect(await here('import', 'log.ndjson', '--as', 'chat/one')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There are 2 rooms'),
  });
  expect((await here('log', 'chat/another')).code).toBe(2);
});

it('rebuilds recorded states, the old ones being in a file first, and events as they were', async () => {
  const pages = counterPages('++', '+', '-', '+');
  const name = await put('counter/rebuild', altered(altered(pages, 1, { state: 70 }), 2, { state: 69 }));
  const events = await here('log', name, '--json');
  expect((await here('verify', name)).code).toBe(1);

  const dry = await here('rebuild', name);
  expect(dry).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('version 3: what is recorded → what it should be\n    ~ state: 70 → 3\n'),
  });
  expect(dry.stderr).toContain('2 recorded states of counter/rebuild would change: --write does it.');
  expect(objects(await here('rebuild', name, '--json'))).toEqual([
    { room: name, from: 3, version: 3, recorded: 70, state: 3 },
    { room: name, from: 4, version: 4, recorded: 69, state: 2 },
  ]);
  expect((await here('verify', name)).code).toBe(1);
  expect(await readdir(folder)).toEqual(['.foldcast', 'Pulumi.yaml']);

  await writeFile(join(folder, 'taken.ndjson'), 'mine');
  expect((await here('rebuild', name, '--write', '-o', 'taken.ndjson')).code).toBe(2);
  expect(await readFile(join(folder, 'taken.ndjson'), 'utf8')).toBe('mine');
  expect((await here('verify', name)).code).toBe(1);

  const written = await here('rebuild', name, '--write', '-o', 'old.ndjson');
  expect(written).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('2 recorded states of counter/rebuild corrected.'),
  });
  expect(objects({ ...written, stdout: await readFile(join(folder, 'old.ndjson'), 'utf8') })).toEqual([
    { room: name, version: 3, from: 3, state: 70 },
    { room: name, version: 4, from: 4, state: 69 },
  ]);
  expect(await here('verify', name)).toMatchObject({ code: 0 });
  expect(await here('log', name, '--json')).toEqual(events);
  expect((await here('rebuild', name, '--write')).stderr).toContain('Nothing to correct.');
});

it('shows new events as they come, and ends with 0 when Ctrl-C is pressed', async () => {
  const end = new AbortController();
  const tail = foldcast(['tail', room, '--json', '-n', '1'], { folder, signal: end.signal });
  const ann = await system.connect();
  ann.send({ action: 'plus' });
  await until('it is in the log', async () => (await system.log.pages(room, 4, 4)).length > 0);
  // The newest event is shown within one look at the log: wait for two more looks of our own.
  const looks = system.runtime.statistics().calls.operator?.Query ?? 0;
  await until('tail has looked', () => (system.runtime.statistics().calls.operator?.Query ?? 0) >= looks + 4);
  end.abort();
  const ran = await tail;
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(objects(ran)).toEqual(objects(await here('log', room, '--json', '--from', '3', '--to', '4')));
});

it('judges all rooms afresh, each read by the thread that judges it', async () => {
  const wrong = counterPages('+', '+').map((page) => ({ ...page, state: 7 }));
  await put('counter/wrong', wrong);
  await restore().claim('counter/unfolded', 1, 'e');
  const ran = await here('whatif', '--all', '--json');
  expect(ran.code).toBe(1);
  expect(objects(ran).filter((each) => each.room === 'counter/wrong' || each.room === room)).toEqual([
    { room: 'counter/wrong', version: 1, from: 1, to: 2, events: 2, verdicts: 0, same: false },
  ]);
  // A page that can't be read is passed by, and is said here, where there is a screen.
  expect(ran.stderr.match(/The page of counter\/damaged/g)).toHaveLength(1);
  expect(ran.stderr).not.toContain('counter/unfolded');
});

it('ends with 130 and nothing written when Ctrl-C is pressed amid something else', async () => {
  const signal = AbortSignal.abort(new Interrupted());
  const ran = await foldcast(['export', room, '-o', 'out.ndjson'], { folder, signal });
  expect(ran).toEqual({ code: 130, stdout: '', stderr: '' });
  expect(await readdir(folder)).toEqual(['.foldcast', 'Pulumi.yaml']);
});

it('says so where nothing runs', async () => {
  expect(await foldcast(['rooms'], { folder: await folderWithExport([]) })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^Nothing runs here: .*--file.*--data\.\n$/),
  });
});

it('imports no room of a file in which one is damaged', async () => {
  const [fine, holey] = [chatPages('chat/fine', ['one']), chatPages('chat/holey', ['one'], ['two'])];
  const source = await folderWithExport(fine, holey.slice(0, 1));
  const path = join(source, 'log.ndjson');
  const lines = (await readFile(path, 'utf8')).split('\n');
  // Of the same length, so that the index still fits.
  const damaged = lines.findLastIndex((line) => line.startsWith('{"room":"chat/holey","seq"'));
  expect(damaged).toBeGreaterThan(0);
  lines[damaged] = '#'.repeat(lines[damaged]?.length ?? 0);
  await writeFile(path, lines.join('\n'));
  expect(await here('import', path)).toMatchObject({ code: 2, stdout: '' });
  expect(await system.heads.version('chat/fine')).toBe(0);
});
