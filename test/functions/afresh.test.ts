import { describe, expect, it } from 'vitest';
import type { Kind } from '../../domain/kind.ts';
import { catchUp } from '../../functions/membership/catch-up.ts';
import { createLog } from '../../store/log.ts';
import { createSweep } from '../../store/sweep.ts';
import { board1, board2, board3, without } from '../domain/board/board.ts';
import { tablesOfFile } from '../store/tables.ts';
import { type Appended, coldFold, plus } from './cold-fold.ts';

const tables = await tablesOfFile();

const foldBy = (kind: object, patience?: number) =>
  coldFold(tables, { more: [kind as Kind], ...(patience !== undefined && { patience }) });

const give = (room: string, seq: number, data: unknown = { points: 1 }, type = 'give'): Appended => [
  room,
  { seq, id: `id-${seq}`, type, data, by: 'c', connection: 'c', at: seq },
];
const gifts = (room: string, count: number, from = 1) =>
  Array.from({ length: count }, (_, place) => give(room, from + place));

const logOf = (kind: object) =>
  createLog(tables.database, tables.names.log, { kindOf: () => kind as Kind, onAfresh: () => {} });

describe('rules that changed', () => {
  it('[F5] count what is new onto a state of their own, with the next page a checkpoint', async () => {
    const room = 'board/new-rules';
    await foldBy(board1).fold(...gifts(room, 20));
    const fold = foldBy(board2);
    expect(await fold.fold(give(room, 21))).toEqual([]);
    expect(fold.errors).toEqual([]);
    expect(fold.infos).toMatchObject([['folded a room afresh', { room, from: 1, events: 20 }]]);
    expect(fold.measured).toContainEqual(['FoldedAfresh', 20]);
    const [page] = await logOf(board2).pages(room, 21, 21);
    expect(page).toMatchObject({ rules: 2, state: { sum: 21, players: { c: 21 } } });
    expect(page?.events[0]).not.toHaveProperty('refused');
  });

  it('hold up no other room of the batch while a long log is folded afresh', async () => {
    const [room, other] = ['board/long', 'counter/meanwhile'];
    for (let first = 1; first <= 2_000; first += 500) await foldBy(board1).fold(...gifts(room, 500, first));
    const fold = foldBy(board2, -1);
    const failures = await fold.fold(give(room, 2_001), plus(other, 1));
    expect(failures).toEqual([{ itemIdentifier: `${room}#2001` }]);
    expect(await tables.log.pages(other, 1, 1)).toHaveLength(1);
    let tries = 1;
    while ((await fold.fold(give(room, 2_001))).length > 0) tries += 1;
    expect(tries).toBeGreaterThan(1);
    expect(await logOf(board2).latest(room, board2)).toMatchObject({ version: 2_001, state: { sum: 2_001 } });
  });

  it('that can make nothing of a room refuse what comes, and say so, without stopping', async () => {
    const room = 'board/stuck';
    const old = foldBy(board1);
    await old.fold(...gifts(room, 2));
    await old.fold(...gifts(room, 2, 3));
    await createSweep(tables.database, tables.names.log).room(room, Number.MAX_SAFE_INTEGER);
    const fold = foldBy(without(board2, 'upgrade'));
    expect(await fold.fold(give(room, 5), plus('counter/goes-on', 1))).toEqual([]);
    expect(fold.refused).toEqual([['not-upgraded', 1]]);
    expect(fold.measured).toContainEqual(['Faults', 1]);
    expect(fold.errors).toMatchObject([
      ['new rules can make nothing of the state that older ones left: no event of the room counts', { room }],
    ]);
  });
});

describe('a client of older rules that comes back', () => {
  it('is sent what it missed in the shape of today', async () => {
    const room = 'board/client';
    const old = foldBy(board1);
    for (const seq of [1, 2, 3]) await old.fold(give(room, seq));
    await foldBy(board3).fold(give(room, 4, { points: 2, team: 'red' }, 'score'));
    const { messages } = await catchUp(logOf(board3), room, board3 as object as Kind, { since: 1, epoch: 'e' });
    const events = messages.flatMap((text) => (JSON.parse(text) as { events: unknown[] }).events);
    expect(events).toMatchObject([
      { seq: 2, type: 'score', data: { points: 1, team: 'all' } },
      { seq: 3, type: 'score', data: { points: 1, team: 'all' } },
      { seq: 4, type: 'score', data: { points: 2, team: 'red' } },
    ]);
    const state = await catchUp(logOf(board3), room, board3 as object as Kind, {});
    expect(JSON.parse(String(state.messages[0]))).toMatchObject({ state: { teams: { all: 3, red: 2 } } });
  });
});
