import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Kind } from '../../domain/kind.ts';
import { catchUp } from '../../functions/membership/catch-up.ts';
import { createHeads } from '../../store/heads.ts';
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

describe('an event that was appended by other rules than fold it', () => {
  const appendedBy = (kind: object, room: string, points: number) =>
    createHeads(tables.database, tables.names.heads, () => kind as Kind).append(room, {
      ...{ id: `by-${points}`, type: 'give', data: { points }, by: 'c', connection: 'c', at: 1 },
    });
  /** The head, as the stream would carry it. */
  const headOf = async (room: string): Promise<Appended> => {
    const { Item } = await tables.database.send(new GetCommand({ TableName: tables.names.heads, Key: { room } }));
    return [room, { seq: Number(Item?.seq), ...JSON.parse(String(Item?.event)) }];
  };

  it('is upcast before it is judged, for deployments go from the fold to the append', async () => {
    const room = 'board/during';
    await appendedBy(board2, room, 5);
    const fold = foldBy(board3);
    expect(await fold.fold(await headOf(room))).toEqual([]);
    const [page] = await tables.log.pages(room, 1, 1);
    expect(page).toMatchObject({
      rules: 3,
      state: { teams: { all: 5 } },
      events: [{ type: 'score', data: { points: 5, team: 'all' } }],
    });
    expect(page?.events[0]).not.toHaveProperty('rules');
  });

  it('[F4] is a fault where it is newer than the rules, or upcast fails or does not end, and the room goes on', async () => {
    const room = 'board/failing';
    const newer = foldBy(board1);
    await appendedBy(board2, room, 1);
    expect(await newer.fold(await headOf(room))).toEqual([]);
    expect(newer.errors).toMatchObject([
      [
        expect.any(String),
        { room, fault: { message: 'The event is of version 2 of the rules of board, and these are version 1.' } },
      ],
    ]);
    for (const [seq, upcast] of [
      [2, () => ({ type: 'none' })],
      [
        3,
        () => {
          for (;;);
        },
      ],
    ] as const) {
      await appendedBy(board1, room, seq);
      const fold = foldBy({ ...board3, upcast });
      expect(await fold.fold(await headOf(room))).toEqual([]);
      expect((await tables.log.page(room, seq))?.events).toMatchObject([{ seq, type: 'give', refused: 'fault' }]);
    }
    expect(await tables.log.page(room, 3)).toMatchObject({ events: [{ endless: true }] });
  });
});

describe('a client of older rules that comes back', () => {
  it('is sent what it missed in the shape of today', async () => {
    const room = 'board/client';
    const old = foldBy(board1);
    for (const seq of [1, 2, 3]) await old.fold(give(room, seq));
    const [, event] = give(room, 4, { points: 2, team: 'red' }, 'score');
    await foldBy(board3).fold([room, { ...event, rules: 3 }]);
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
