import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { chat } from '../../domain/kinds/chat.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { parseServerMessage } from '../../domain/protocol.ts';
import { createFaultLog } from '../../functions/faults.ts';
import { catchUp } from '../../functions/membership/catch-up.ts';
import { createLog } from '../../store/log.ts';
import { tablesOfFile } from '../store/tables.ts';
import { type Appended, coldFold, plus } from './cold-fold.ts';

const tables = await tablesOfFile();

/** Puts an item into the log by hand: what a page is not. */
const damage = (room: string, from: number, item: object) =>
  tables.database.send(new PutCommand({ TableName: tables.names.log, Item: { room, from, ...item } }));

const places = async (room: string) =>
  (await tables.log.pages(room, 1, 99)).map(({ from, to, events }) => [from, to, events.map(({ seq }) => seq)]);

it.each([
  ['events that are no JSON', { to: 2, events: '[{"seq":2,', bytes: 9, at: 1 }],
  ['events that are no list', { to: 2, events: '{}', bytes: 9, at: 1 }],
  ['events that are none', { to: 2, events: '[null]', bytes: 9, at: 1 }],
  ['no events', { to: 2 }],
  ['nothing but its key', {}],
  [
    'values of other types',
    { to: 'two', events: 7, missing: true, bytes: [], state: {}, at: 'now', epoch: 1, lanes: 0 },
  ],
  ['gaps that are no JSON', { to: 2, events: '[]', missing: '[[', bytes: 0, at: 1 }],
])('[F4] folds a room on whose newest page has %s, and the others of the batch', async (what, item) => {
  const room = `counter/${what.replaceAll(' ', '-')}`;
  const [beside] = [`${room}-beside`];
  const before = coldFold(tables);
  expect(await before.fold(plus(room, 1))).toEqual([]);
  await damage(room, 2, item);

  const { fold, counted, errors } = coldFold(tables);
  expect(await fold(plus(room, 3), plus(beside, 1), plus(room, 4))).toEqual([]);
  expect(await places(room)).toEqual([
    [1, 1, [1]],
    [2, 2, []],
    [3, 4, [3, 4]],
  ]);
  expect(await places(beside)).toEqual([[1, 1, [1]]]);
  expect((await tables.log.latest(room, counter)).state).toBe(3);
  expect(counted).toContainEqual(['UnreadableRecords', 1]);
  expect(errors).toContainEqual([
    "passed by a part of the log that can't be read",
    { room, from: 2, to: 2, why: expect.stringContaining(`The page of ${room} with the events 2 to 2 can't be read`) },
  ]);
});

it('[F4] takes an earlier state where the newest recorded one can’t be read, and loses no event', async () => {
  const room = 'counter/bad-state';
  await coldFold(tables).fold(plus(room, 1));
  await coldFold(tables).fold(plus(room, 2), plus(room, 3));
  const [, page] = await tables.log.pages(room, 1, 9);
  await damage(room, 2, { ...page, events: JSON.stringify(page?.events), state: '{"half' });

  const { fold, counted } = coldFold(tables);
  expect(await fold(plus(room, 4))).toEqual([]);
  expect((await tables.log.latest(room, counter)).state).toBe(4);
  expect(counted).toContainEqual(['UnreadableRecords', 1]);
});

it('[F6] finds an action that was sent again in the pages that can be read', async () => {
  const room = 'counter/sent-again';
  const at = Date.now();
  const first = coldFold(tables);
  await first.fold(plus(room, 1, { at, id: 'once' }));
  await damage(room, 2, { to: 2, at: 'never' });
  await coldFold(tables).fold(plus(room, 3, { at }));
  const { fold } = coldFold(tables);
  expect(await fold(plus(room, 4, { at, id: 'once', retry: true }))).toEqual([]);
  const events = (await tables.log.pages(room, 4, 4)).flatMap((page) => page.events);
  expect(events).toMatchObject([{ refused: 'duplicate', first: { seq: 1 } }]);
});

it('[F4] answers join and sync with the state where a page among what was missed can’t be read', async () => {
  const room = 'chat/damaged';
  const say = (seq: number): Appended => plus(room, seq, { type: 'onMessage', data: { message: `m${seq}` } });
  await coldFold(tables).fold(say(1));
  await damage(room, 2, { to: 2, events: '[' });
  await coldFold(tables).fold(say(3));
  const counted: [string, number][] = [];
  const faults = createFaultLog({ error: () => {} }, (metric, amount) => void counted.push([metric, amount]));
  const log = createLog(tables.database, tables.names.log, { onUnreadable: faults.unreadable });
  const asked = async (since: number) =>
    (await catchUp(log, room, chat, { since, epoch: 'e' })).messages.map(parseServerMessage);
  expect(await asked(1)).toMatchObject([
    { type: 'state', version: 3, state: { messages: [{ text: 'm1' }, { text: 'm3' }] } },
  ]);
  expect(counted).toContainEqual(['UnreadableRecords', 1]);
  expect(await asked(2)).toMatchObject([{ type: 'events', events: [{ seq: 3 }], recovered: true }]);
});
