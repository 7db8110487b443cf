import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { foldcast, folderWithExport, newFolder, objects } from '../foldcast.ts';
import { counterPages, room } from '../rooms.ts';

const pages = counterPages('++-', '+', '--');

/** Runs a command on an export of a counter that goes 1 2 1 2 1 0. */
const onFile = async (...args: readonly string[]) =>
  foldcast([...args, '--file', 'log.ndjson'], { folder: await folderWithExport(pages) });

describe('rooms', () => {
  it('lists what is known of every room', async () => {
    const { code, stdout } = await onFile('rooms');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^room +version +last event +members +pages +bytes\n/);
    expect(stdout).toMatch(/\ncounter\/global-counter +6 +1970-01-01 00:00:06.000Z +– +3 +\d+\n$/);
    expect(objects(await onFile('rooms', '--json'))).toEqual([
      expect.objectContaining({ room, kind: 'counter', version: 6, head: 6, pages: 3, last: { seq: 6, at: 6_000 } }),
    ]);
  });
});

describe('log', () => {
  it('shows an event a line', async () => {
    const { code, stdout } = await onFile('log', room, '--from', '3', '--to', '4');
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^3 {2}1970-01-01 00:00:03\.000Z {2}bob +minus +\{\}$/),
      expect.stringMatching(/^4 {2}1970-01-01 00:00:04\.000Z {2}ann +plus +\{\}$/),
    ]);
  });

  it('gives machines the events as they are in the log', async () => {
    const events = pages.flatMap((page) => page.events.map((event) => ({ room, ...event })));
    expect(objects(await onFile('log', room, '--json'))).toEqual(events);
  });

  it('shows those of a type, of a sender, and those that were refused or not', async () => {
    const seqs = async (...filter: readonly string[]) =>
      objects(await onFile('log', room, '--json', ...filter)).map(({ seq }) => seq);
    expect(await seqs('--type', 'minus')).toEqual([3, 5, 6]);
    expect(await seqs('--by', 'ann')).toEqual([1, 2, 4]);
    expect(await seqs('--by', 'ann', '--type', 'minus')).toEqual([]);
    expect(await seqs('--no-refused')).toHaveLength(6);
    expect(await seqs('--refused')).toEqual([]);
  });

  it('says that a type is none of its kind, where no event has it', async () => {
    expect(await onFile('log', room, '--type', 'plsu')).toEqual({
      code: 2,
      stdout: '',
      stderr: `No event of ${room} has the type "plsu": its kind has plus, minus.\n`,
    });
  });
});

describe('a file', () => {
  it('has blank lines at its end that mean nothing', async () => {
    const folder = await folderWithExport(pages);
    await appendFile(join(folder, 'log.ndjson'), '\n\r\n  \n');
    const { code, stdout } = await foldcast(['verify', '--file', 'log.ndjson'], { folder });
    expect([code, stdout]).toEqual([0, expect.stringContaining('all is well')]);
  });
});

describe('export', () => {
  it('writes all rooms that there are, where it is told so', async () => {
    const folder = await folderWithExport(
      pages,
      counterPages('+').map((page) => ({ ...page, room: 'chat/lobby' })),
    );
    const { code, stderr } = await foldcast(['export', '--all', '--file', 'log.ndjson', '-o', 'all.ndjson'], {
      folder,
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining('2 rooms in all.ndjson')]);
    const rooms = await foldcast(['rooms', '--json', '--file', 'all.ndjson'], { folder });
    expect(objects(rooms).map((each) => each.room)).toEqual(['chat/lobby', room]);
  });

  it('wants rooms or all of them, and not both', async () => {
    for (const args of [[], [room, '--all']])
      expect(await onFile('export', ...args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('Name the rooms, or give --all'),
      });
  });
});

it('says its version', async () => {
  expect(await foldcast(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

describe('saw', () => {
  it('says what a member was sent of a version, with those of its page, and what its client showed', async () => {
    const { code, stdout } = await onFile('saw', room, '--member', 'ann', '--at', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/: the members of counter\/global-counter were told of the events \d to \d, together\.\n/);
    expect(stdout).toMatch(/on the wire foldcast\.v1, was sent 1 message:\n {4}"?\{.*type.*state/);
    expect(objects(await onFile('saw', room, '--member', 'ann', '--json'))).toMatchObject([
      { room, member: 'ann', version: 6, to: 6, sent: { plain: [expect.any(String)] } },
    ]);
  });

  it('wants to know who', async () => {
    expect(await onFile('saw', room)).toMatchObject({ code: 2, stderr: expect.stringContaining('--member <who>') });
  });
});

it('lists events that say a text', async () => {
  expect(objects(await onFile('log', room, '--text', 'MINUS', '--json')).every(({ type }) => type === 'minus')).toBe(
    true,
  );
  expect((await onFile('log', room, '--text', 'nobody says this')).stdout).toBe('');
});

describe('doctor', () => {
  it('says what is here, a line each, and what to do where something is missing', async () => {
    const { code, stdout } = await foldcast(['doctor'], { folder: await newFolder() });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Node {5}v2\d\S+\nnpm {6}\d+\.\S+.*\nruntime {2}none here.*\ndata .*\nPulumi .*\nAWS .*\nrules {4}.*counter \(version 1\).*\n$/,
    );
    const found = objects(await foldcast(['doctor', '--json'], { folder: await newFolder() }));
    expect(found.map(({ what }) => what)).toEqual(['Node', 'npm', 'runtime', 'data', 'Pulumi', 'AWS', 'rules']);
  });

  it('says of a stack that can not be read why', async () => {
    const { stdout } = await foldcast(['doctor', '--stack', 'no stack'], { folder: await newFolder() });
    expect(stdout).toMatch(/\nstack {4}no stack can't be read ✗ "no stack" is no name of a stack: .*\n$/);
  });
});

describe('state', () => {
  it('shows the newest state, and that at any version', async () => {
    expect(objects(await onFile('state', room, '--json'))).toEqual([{ room, version: 6, state: 0 }]);
    for (const [index, state] of [1, 2, 1, 2, 1, 0].entries())
      expect(objects(await onFile('state', room, '--json', '--at', String(index + 1)))).toEqual([
        { room, version: index + 1, state },
      ]);
    expect((await onFile('state', room, '--at', '2')).stdout).toBe(`${room}, version 2\n2\n`);
  });

  it('shows what changed between two versions, the older one first', async () => {
    const changed = `${room}, from version 2 to 6\n~ state: 2 → 0\n`;
    expect((await onFile('state', room, '--at', '2', '--diff', '6')).stdout).toBe(changed);
    expect((await onFile('state', room, '--diff', '2')).stdout).toBe(changed);
    expect((await onFile('state', room, '--at', '2', '--diff', '4')).stdout).toContain('The states are the same.');
    expect(objects(await onFile('state', room, '--diff', '2', '--json'))).toEqual([
      { room, version: 6, since: 2, path: [], what: 'changed', before: 2, after: 0 },
    ]);
  });
});

describe('bisect', () => {
  it('finds the event that made it true', async () => {
    const folder = await folderWithExport(counterPages('++-', '+++', '+-+'));
    const ask = (...more: string[]) =>
      foldcast(['bisect', room, 'state > 2', '--file', 'log.ndjson', ...more], { folder });
    const { code, stdout } = await ask();
    expect(code).toBe(0);
    expect(stdout).toMatch(/first true at version 5.*\n5 .*ann +plus.*\n {4}~ state: 2 → 3\n$/);
    expect(objects(await ask('--json'))).toEqual([
      expect.objectContaining({ room, version: 5, state: 3, by: 'event' }),
    ]);
  });

  it('ends with 1 where it is never true', async () => {
    const { code, stdout, stderr } = await onFile('bisect', room, 'state > 5');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('"state > 5" is not true of the newest state, version 6.');
  });

  it('finds what was true only for a while, when it is asked at every version', async () => {
    expect(objects(await onFile('bisect', room, 'state > 1', '--every', '--json'))).toMatchObject([
      { room, version: 2, state: 2, by: 'event', event: { seq: 2 }, before: { version: 1, state: 1 } },
    ]);
    expect(objects(await onFile('bisect', room, 'state === 0', '--every', '--json'))).toMatchObject([{ by: 'start' }]);
    const { code, stderr } = await onFile('bisect', room, 'state > 2', '--every');
    expect([code, stderr]).toEqual([1, expect.stringContaining('"state > 2" is true at no version up to 6.')]);
  });

  it('says where it was true from the beginning', async () => {
    expect((await onFile('bisect', room, 'state >= 0')).stdout).toMatch(
      /true from the beginning, .* version 0:\n {4}0\n$/,
    );
  });

  it('has nothing but the state in scope', async () => {
    const none =
      'state <= 0 && [typeof process, typeof require, typeof globalThis.fetch].every((type) => type === "undefined")';
    expect(objects(await onFile('bisect', room, none, '--json'))).toMatchObject([{ version: 0 }]);
    const way = 'state.constructor.constructor("return process")()';
    expect((await onFile('bisect', room, way)).stderr).toMatch(/throws: 'process' is not defined/);
  });
});

describe('replay', () => {
  it('shows each event and what it changed', async () => {
    const { stdout } = await onFile('replay', room, '--from', '3', '--to', '4');
    expect(stdout).toMatch(/^3 .*bob +minus.*\n {4}~ state: 2 → 1\n4 .*ann +plus.*\n {4}~ state: 1 → 2\n$/);
    const all = objects(await onFile('replay', room, '--json', '--speed', '100000'));
    expect(all.map(({ seq, changes }) => [seq, changes])).toContainEqual([
      6,
      [{ path: [], what: 'changed', before: 1, after: 0 }],
    ]);
  });

  it('goes forwards and backwards by arrow keys, and no further than the ends', async () => {
    const [right, left, end, home] = ['\x1b[C', '\x1b[D', '\x1b[F', '\x1b[H'];
    const typed = [right, right, left, end, right, home, left, 'q', right].join('');
    const folder = await folderWithExport(pages);
    const ran = await foldcast(['replay', room, '--step', '--json', '--file', 'log.ndjson', '--to', '5'], {
      folder,
      typed,
    });
    expect(ran.code).toBe(0);
    expect(objects(ran).map(({ seq }) => seq)).toEqual([1, 2, 3, 2, 5, 1]);
    expect(ran.stderr).toContain('This is the last event.');
    expect(ran.stderr).toContain('This is the first event.');
  });
});
