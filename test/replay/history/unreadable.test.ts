import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, it } from 'vitest';
import { counter } from '../../../domain/kinds/counter.ts';
import { databaseHistory } from '../../../replay/history/database.ts';
import { corrections } from '../../../replay/rebuild.ts';
import { stateAt } from '../../../replay/state.ts';
import { steps } from '../../../replay/steps.ts';
import { type Finding, verify } from '../../../replay/verify.ts';
import { toItem } from '../../../store/pages.ts';
import { createRestore } from '../../../store/restore.ts';
import { tablesOfFile } from '../../store/tables.ts';
import { counterPages } from '../command-line/rooms.ts';
import { all, sparse } from '../memoryLog.ts';

const tables = await tablesOfFile();
const told = new Set<string>();
const history = databaseHistory('the tables', tables.database, tables.names, ({ unreadable = '' }) => {
  told.add(unreadable);
});

const [lost, stateless] = ['counter/lost', 'counter/stateless'];
/** Pages with the events 1–3, 4–5, 6–7 and 8. The second is damaged: in one room its events, in the other its state. */
const pages = sparse(counterPages('+++', '++', '++', '+'), (index) => index !== 2);

beforeAll(async () => {
  for (const [room, damage] of [
    [lost, { events: '[{"seq":4' }],
    [stateless, { state: '{' }],
  ] as const) {
    await createRestore(tables.database, tables.names).claim(room, 8, 'e');
    for (const [index, page] of pages.entries()) {
      const Item = { ...toItem({ ...page, room }), ...(index === 1 && damage) };
      await tables.database.send(new PutCommand({ TableName: tables.names.log, Item }));
    }
  }
});

const audit = async (room: string) => {
  const findings: Finding[] = [];
  const { events } = await verify(await history.open(room), counter, (finding) => findings.push(finding));
  return { events, findings };
};

it('lists the rooms and their sizes, whatever their pages are', async () => {
  const rooms = await history.rooms({ sizes: true });
  expect(rooms.map(({ room, version }) => [room, version])).toEqual([
    [lost, 8],
    [stateless, 8],
  ]);
});

it('replays a room without the events of a page that can’t be read, and says so', async () => {
  told.clear();
  const log = await history.open(lost);
  expect((await all(steps(log, counter))).map(({ event, after }) => [event.seq, after])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
    [6, 4],
    [7, 5],
    [8, 6],
  ]);
  expect((await stateAt(log, counter, 8)).state).toBe(8);
  expect([...told]).toEqual([
    expect.stringMatching(/^The page of counter\/lost with the events 4 to 5 can't be read, and was passed by: ./),
  ]);
});

it('takes an earlier state for one that can’t be read', async () => {
  const log = await history.open(stateless);
  for (const version of [4, 5, 6, 7, 8]) expect((await stateAt(log, counter, version)).state).toBe(version);
});

it('[L1] finds both when it audits the log, and nothing else', async () => {
  expect(await audit(lost)).toMatchObject({ events: 6, findings: [{ version: 5, page: 4, broken: 'unreadable' }] });
  expect(await audit(stateless)).toMatchObject({
    events: 8,
    findings: [{ version: 5, page: 4, broken: 'unreadable' }],
  });
});

it('corrects no states after events that can’t be read', async () => {
  await expect(all(corrections(await history.open(lost), counter))).rejects.toThrow('all later states would be wrong');
  expect(await all(corrections(await history.open(stateless), counter))).toEqual([]);
});
