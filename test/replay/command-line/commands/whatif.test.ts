import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { root } from '../../../system/project.ts';
import { foldcast, folderWithExport, objects } from '../foldcast.ts';
import { counterPages, room } from '../rooms.ts';

/** A counter that goes 1 0 -1 0 1 2. */
const pages = counterPages('+--', '++', '+');

const ours = pathToFileURL(join(root, 'domain/kinds/counter.ts')).href;
const never = "event.type === 'minus' && value === 0 ? 'below-zero' : undefined";

/** Tries rules on it that are the counter's with a part of its own. */
const whatIf = async (part: string, ...args: readonly string[]) => {
  const folder = await folderWithExport(pages);
  const text = `import { counter } from '${ours}';\nexport const tried = { ...counter, ${part} };\n`;
  await writeFile(join(folder, 'tried.ts'), text);
  return foldcast(['whatif', room, '--kind', 'tried.ts', '--file', 'log.ndjson', ...args], { folder });
};

it('says that every event ends as it did', async () => {
  const folder = await folderWithExport(pages);
  const { code, stdout } = await foldcast(['whatif', room, '--file', 'log.ndjson'], { folder });
  expect(code).toBe(0);
  expect(stdout).toContain('6 events judged and folded afresh, 1 to 6.\nEvery event ends as it did.\n');
  expect(stdout).toContain('The state at the end would be the same.');
});

it('names the first event that a changed rule refuses, and the difference at the end', async () => {
  const rule = `refusal: (value: number, event: { type: string }) => ${never}`;
  const { code, stdout } = await whatIf(rule);
  expect(code).toBe(0);
  expect(stdout).toMatch(/\n3 .*bob +minus.*\n +it meets +0\n +it counted\n +it would be refused: below-zero\n/);
  expect(stdout).toMatch(/1 event would be judged otherwise\.\nAt the end:\n {4}~ state: 2 → 3\n$/);
  expect(objects(await whatIf(rule, '--json'))).toMatchObject([
    { room, version: 3, verdicts: 1, was: 2, now: 3, same: false, first: { what: 'verdict', now: 'below-zero' } },
  ]);
});

it('names the first event that changed rules fold otherwise', async () => {
  const rule =
    "fold: (value: number, event: { type: string; seq: number }) => value + (event.seq === 5 ? 10 : event.type === 'plus' ? 1 : -1)";
  expect(objects(await whatIf(rule, '--json'))).toMatchObject([
    { version: 5, verdicts: 0, now: 11, first: { what: 'state', before: 0, was: 1, now: 10 } },
  ]);
});

it('shows what a rule threw: its message and its stack, with no power over the terminal', async () => {
  const rule = "fold: () => { throw new RangeError('No \\u001b[2J rule.'); }";
  const { stdout } = await whatIf(rule);
  expect(stdout).toMatch(
    /\n +it would be refused: fault\n +RangeError: No \\u001b\[2J rule\.\n +at .*fold \(.*tried\.ts/,
  );
  expect(objects(await whatIf(rule, '--json'))).toMatchObject([
    { version: 1, verdicts: 6, first: { now: 'fault', fault: { stack: expect.stringContaining('tried.ts') } } },
  ]);
});

it('gives up an event on which rules do not end, alone', async () => {
  const rule =
    "fold: (value: number, event: { type: string; seq: number }) => { if (event.seq === 4) for (;;); return value + (event.type === 'plus' ? 1 : -1); }";
  expect(objects(await whatIf(rule, '--json'))).toMatchObject([
    {
      version: 4,
      verdicts: 1,
      now: 1,
      first: { now: 'fault', fault: { message: expect.stringContaining('did not end') } },
    },
  ]);
});

it('names the stretch where the rules of then are not at hand, and the event with --old', async () => {
  const folder = await folderWithExport(
    pages.map((page) => ({ ...page, state: (page.state ?? 0) + (page.to > 3 ? 100 : 0) })),
  );
  const old = "fold: (value, event) => value + (event.seq === 4 ? 101 : event.type === 'plus' ? 1 : -1)";
  await writeFile(
    join(folder, 'old.ts'),
    `import { counter } from '${ours}';\nexport default { ...counter, ${old} };\n`,
  );
  const args = ['whatif', room, '--file', 'log.ndjson'];
  expect((await foldcast(args, { folder })).stdout).toContain('One of the events 4 to 5 ends otherwise');
  const named = await foldcast([...args, '--old', 'old.ts', '--json'], { folder });
  expect(objects(named)).toMatchObject([{ version: 4, first: { what: 'state', was: 100, now: 0 } }]);
});

it.each([
  ['absent.ts', undefined, "absent.ts can't be read: is there such a file?"],
  ['broken.ts', 'export const = 1;', "broken.ts can't be run: "],
  ['other.ts', "export const other = { name: 'other', initial: 0, fold: () => 0, refusal: () => {} };", 'only other'],
  ['none.ts', 'export const a = 1;', 'no kind at all'],
])('refuses %s, which has no such rules', async (name, text, sentence) => {
  const folder = await folderWithExport(pages);
  if (text !== undefined) await writeFile(join(folder, name), text);
  const ran = await foldcast(['whatif', room, '--kind', name, '--file', 'log.ndjson'], { folder });
  expect([ran.code, ran.stdout]).toEqual([2, '']);
  expect(ran.stderr).toContain(sentence);
});

it('judges every room that there is, names those that would be otherwise, and ends with 1', async () => {
  const refused = counterPages('+').map((page) => ({
    ...page,
    room: 'counter/refused',
    state: 0,
    events: page.events.map((event) => ({ ...event, refused: 'too-late' })),
  }));
  const folder = await folderWithExport(pages, refused);
  const all = (...more: readonly string[]) =>
    foldcast(['whatif', '--all', '--file', 'log.ndjson', ...more], { folder });
  const { code, stdout, stderr } = await all();
  expect([code, stderr]).toEqual([1, '1 of 2 rooms would be otherwise.\n']);
  expect(stdout).toMatch(/^room .*\ncounter\/refused +1 +1 +1 +otherwise\n$/);
  expect(objects(await all('--json'))).toEqual([
    { room: 'counter/refused', version: 1, from: 1, to: 1, events: 1, verdicts: 1, same: false },
  ]);

  const same = await foldcast(['whatif', '--all', '--file', 'log.ndjson'], { folder: await folderWithExport(pages) });
  expect(same).toEqual({ code: 0, stdout: '', stderr: '0 of 1 room would be otherwise.\n' });
  expect((await all('--kind', 'tried.ts')).stderr).toMatch(/^--all goes by the rules in this folder/);
  expect(await foldcast(['whatif'], { folder })).toMatchObject({ code: 2 });
});

it('says of a room that can’t be judged why, judges the others, and ends with 1', async () => {
  const rooms = Array.from({ length: 20 }, (_, index) =>
    pages.map((page) => ({ ...page, room: index === 7 ? 'abolished/room' : `counter/${index}` })),
  );
  const folder = await folderWithExport(...rooms);
  const { code, stdout, stderr } = await foldcast(['whatif', '--all', '--file', 'log.ndjson'], { folder });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /^abolished\/room can't be judged: No kind rules "abolished\/room".*\n0 of 20 rooms would be otherwise\.\n$/,
  );
});
