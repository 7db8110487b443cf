import { expect, it } from 'vitest';
import type { Page } from '../../../../domain/page.ts';
import { createSweep } from '../../../../store/sweep.ts';
import { tablesOfFile } from '../../../store/tables.ts';
import { foldcast, folderOf, objects } from '../foldcast.ts';

const tables = await tablesOfFile();

/** A room of the counter with a page an event, whose states version 2 of its rules recorded. */
const recorded = async (room: string, events: number) => {
  for (let seq = 1; seq <= events; seq += 1) {
    await tables.heads.append(room, { id: `id-${seq}`, type: 'plus', data: {}, by: 'ann', connection: 'c', at: seq });
    const event = { seq, id: `id-${seq}`, type: 'plus', data: {}, by: 'ann', connection: 'c', at: seq };
    const page: Page = {
      room,
      from: seq,
      to: seq,
      events: [event],
      bytes: 1,
      epoch: 'e',
      since: seq - 1,
      lanes: 1,
      at: seq,
    };
    await tables.log.commit({ ...page, state: { two: seq }, rules: 2 });
  }
};

const run = async (...args: readonly string[]) =>
  foldcast(['afresh', ...args], { folder: await folderOf(tables.port, tables.outputs) });

it('folds by these rules what others recorded, once, and says what it took', async () => {
  await recorded('counter/global-counter', 4);
  const first = await run('--json');
  expect(objects(first)).toMatchObject([{ room: 'counter/global-counter', from: 2, events: 4, by: 'events' }]);
  expect(first.code).toBe(0);
  const second = await run();
  expect(second).toMatchObject({ code: 0, stdout: '' });
  expect(second.stderr).toContain('1 room looked at.');
});

it('says of which rooms these rules can make nothing', async () => {
  await recorded('counter/swept', 4);
  await createSweep(tables.database, tables.names.log).room('counter/swept', 4);
  const { code, stdout } = await run('counter/swept');
  expect(code).toBe(1);
  expect(stdout).toContain(
    'counter/swept: these rules can make nothing of it. The state is of version 2 of the rules of counter',
  );
});

it('refuses a room that no kind rules', async () => {
  expect(await run('nothing/here')).toMatchObject({ code: 2, stderr: expect.stringContaining('No kind rules') });
});
