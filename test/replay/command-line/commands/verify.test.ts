import { expect, it } from 'vitest';
import type { Page } from '../../../../domain/page.ts';
import { altered, alteredEvent, stateless } from '../../memoryLog.ts';
import { foldcast, folderWithExport, objects } from '../foldcast.ts';
import { counterPages, room } from '../rooms.ts';

const pages = counterPages('++-', '+', '--', '++');
const verify = async (log: readonly Page[], ...args: readonly string[]) =>
  foldcast(['verify', ...args, '--file', 'log.ndjson'], { folder: await folderWithExport(log) });

it('[L1] says that all is well', async () => {
  const { code, stdout } = await verify(pages);
  expect([code, stdout]).toEqual([0, `${room}: events 1 to 8, 8 events in 4 pages, 4 recorded states: all is well\n`]);
  expect(await verify(pages, room, '--json')).toMatchObject({ code: 0, stdout: '' });
});

it('[L1] names the recorded state that was altered by hand, and how it differs', async () => {
  const wrong = altered(pages, 2, { state: 7 });
  const { code, stdout } = await verify(wrong);
  expect(code).toBe(1);
  expect(stdout).toContain('version 6, in the page that begins at 5');
  expect(stdout).toContain('    what it should be → what is recorded\n    ~ state: 0 → 7\n');
  expect(stdout).toContain(': 1 finding\n');
  const found = await verify(wrong, '--json');
  expect(found.code).toBe(1);
  expect(objects(found)).toEqual([
    { room, version: 6, page: 5, broken: 'state', what: expect.any(String), expected: 0, found: 7 },
  ]);
});

it('names the event that is out of order, and the action that counted twice', async () => {
  const twice = pages.map((page) => alteredEvent(page, 4, { id: 'id-1' }));
  expect(objects(await verify(twice, '--json'))).toMatchObject([{ version: 4, broken: 'twice' }]);
  const [first, ...rest] = pages;
  const gap = [{ ...first, events: first?.events.filter(({ seq }) => seq !== 2) } as Page, ...rest];
  expect(objects(await verify(gap, '--json'))).toContainEqual(
    expect.objectContaining({ version: 3, page: 1, broken: 'sequence', expected: 2, found: 3 }),
  );
});

it('shows a person no more than a screenful of what is wrong, and says how much more there is', async () => {
  const many = counterPages(...Array.from({ length: 60 }, () => '+'));
  const { stdout } = await verify(many.map((page, index) => (index % 2 ? { ...page, state: -index } : page)));
  expect(stdout.match(/✗ state/g)).toHaveLength(20);
  expect(stdout).toMatch(/… and \d+ more findings: --json shows all/);
});

it('looks at the rooms whose kind there is, and says which has none', async () => {
  const other = pages.map((page) => ({ ...page, room: 'abolished/room' }));
  const folder = await folderWithExport(pages, other);
  const ran = await foldcast(['verify', '--file', 'log.ndjson'], { folder });
  expect(ran.code).toBe(2);
  expect(ran.stdout).toContain('all is well');
  expect(ran.stderr).toContain('No kind rules "abolished/room"');
});

it('[L1] begins at what is left where old pages are gone', async () => {
  const left = [...pages.slice(1, 2), stateless(pages[2] as Page), ...pages.slice(3)];
  const { code, stdout } = await verify(left);
  expect([code, stdout]).toEqual([0, `${room}: events 4 to 8, 5 events in 3 pages, 1 recorded state: all is well\n`]);
});

it('says when there is nothing to check a state against', async () => {
  const { code, stdout } = await verify(pages.slice(1, 3).map(stateless));
  expect([code, stdout]).toEqual([
    0,
    `${room}: events 4 to 6, 3 events in 2 pages, 0 recorded states: in order, but there is nothing to check the state against\n`,
  ]);
});

it('says when there are no rooms', async () => {
  const ran = await foldcast(['verify', '--file', 'log.ndjson'], { folder: await folderWithExport() });
  expect(ran).toEqual({ code: 0, stdout: '', stderr: 'There are no rooms with events in log.ndjson.\n' });
});
