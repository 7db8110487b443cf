import { expect, it, onTestFinished } from 'vitest';
import { type System, startSystem } from '../../../system/system.ts';
import { until } from '../../../system/until.ts';
import { foldcast, folderOf, newFolder, objects } from '../foldcast.ts';
import { room } from '../rooms.ts';

/** A system with a counter on which these were clicked, and a folder in which it is found. */
const counted = async (clicks: string, port = 0) => {
  const system = await startSystem({ port });
  onTestFinished(() => system.close());
  const ann = await system.connect();
  const click = async (more: string): Promise<void> => {
    const version = (await system.heads.version(room)) + more.length;
    for (const sign of more) ann.send({ action: sign === '+' ? 'plus' : 'minus' });
    await until('it is in the log', async () => (await system.log.pages(room, version, version)).length > 0);
  };
  await click(clicks);
  return { system, click, folder: await folderOf(system.runtime.port, system.runtime.graph.outputs) };
};

/** How often it was looked at the room since: each look reads the head. */
const looked = async (system: System): Promise<void> => {
  const looks = () => system.runtime.statistics().calls.operator?.GetItem ?? 0;
  const before = looks();
  await until('it was looked at', () => looks() >= before + 2);
};

it('says which event makes it true as soon as one does, also where the next one ends it, and ends with 0', async () => {
  const { system, click, folder } = await counted('+');
  const watched = foldcast(['watch', room, 'state === 3'], { folder });
  await looked(system);
  await click('++-+');
  const { code, stdout, stderr } = await watched;
  expect([code, stderr]).toEqual([0, `${room}: not true at version 1, watched from here on.\n`]);
  expect(stdout).toMatch(
    /^counter.*: true now, at version 3\. This event made it so:\n3 .*plus.*\n {4}~ state: 2 → 3\n$/,
  );

  const asJson = foldcast(['watch', room, 'state > 3', '--json'], { folder });
  await looked(system);
  await click('+');
  expect(objects(await asJson)).toEqual([
    {
      room,
      version: 6,
      state: 4,
      by: 'event',
      event: expect.objectContaining({ seq: 6, type: 'plus' }),
      before: { version: 5, state: 3 },
    },
  ]);
});

it('says since when it is true already', async () => {
  const { folder } = await counted('+++-');
  const { code, stdout, stderr } = await foldcast(['watch', room, 'state > 1'], { folder });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/: true already, since version 2\. This event made it so:\n2 .*plus.*\n {4}~ state: 1 → 2\n$/);
});

it('ends with 0 and nothing on standard output when Ctrl-C is pressed', async () => {
  const { system, folder } = await counted('+');
  const end = new AbortController();
  const watched = foldcast(['watch', room, 'state > 9'], { folder, signal: end.signal });
  await looked(system);
  end.abort();
  expect(await watched).toMatchObject({ code: 0, stdout: '' });
});

it.each([
  ['+', '--', 3],
  ['+++', '----', 7],
  ['--', '', 1],
])('goes on where the runtime begins anew with %s and then %s, and says so', async (clicks, more, version) => {
  const first = await counted('++');
  const { folder } = first;
  const watched = foldcast(['watch', room, 'state === -1'], { folder });
  await looked(first.system);
  const { port } = first.system.runtime;
  await first.system.close();
  const second = await counted(clicks, port);
  if (more !== '') {
    await looked(second.system);
    await second.click(more);
  }
  const { code, stdout, stderr } = await watched;
  expect(code).toBe(0);
  expect(stdout).toContain(`true now, at version ${version}.`);
  expect(stderr).toMatch(/counter can't be read just now \(.+\): it is watched on as soon as it can be\.\n/);
  expect(stderr).toContain('has begun anew: watched from there.\n');
});

it('refuses in one sentence what can’t be watched', async () => {
  const { folder } = await counted('+');
  for (const [asked, expression, sentence] of [
    ['counter/none', 'true', 'There is no room "counter/none"'],
    ['chess/one', 'true', 'There is no room "chess/one"'],
    [room, 'state >', 'is no JavaScript expression'],
    [room, 'state.x.y', 'Write ?. instead of .'],
  ] as const) {
    const { code, stdout, stderr } = await foldcast(['watch', asked, expression], { folder });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
  }
});

it('says so where nothing runs', async () => {
  expect(await foldcast(['watch', room, 'true'], { folder: await newFolder() })).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^Nothing runs here: .*\n$/),
  });
});
