import { describe, expect, it } from 'vitest';
import { parseAction } from '../../../../domain/action.ts';
import { registry } from '../../../../domain/registry.ts';

const gameId = 'KFNF';

/** What becomes of a client's message: the action's room and data, or the code of the error. */
const parse = (message: object | string) => {
  const body = typeof message === 'string' ? message : JSON.stringify({ action: 'updateGame', ...message });
  const parsed = parseAction(body, registry, 0);
  return parsed.ok ? { room: parsed.room, data: parsed.draft.data } : parsed.error.code;
};
const parseUpdate = (items: string) =>
  parse(`{"action":"updateGame","gameAction":"updateGame","gameId":"KFNF","updatedItems":${items}}`);
const parseCreate = (items: string) =>
  parse(`{"action":"updateGame","gameAction":"createGame","gameId":"KFNF","game":${items}}`);
const nested = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

describe('the action updateGame', () => {
  it('is for the game that it names, in any case of letters, whatever room it names', () => {
    for (const id of ['kfnf', 'KFNF', 'KfnF'])
      expect(parse({ gameAction: 'joinGame', gameId: id, room: 'game/ABCD' })).toEqual({
        room: 'game/KFNF',
        data: { gameAction: 'joinGame', gameId: 'KFNF' },
      });
  });

  it.each(['KFN', 'KFNFF', 'KFN1', 'KFNF\n', ' KFNF', 'kfnß', '', 7, null, undefined])(
    '[A2] takes no %j for an id',
    (id) => {
      expect(parse({ gameAction: 'joinGame', gameId: id })).toBe('invalid-action');
    },
  );

  it('[A2] takes none but the four, each with its own keys', () => {
    for (const message of [
      { gameId },
      { gameAction: 'endGame', gameId },
      { gameAction: '__proto__', gameId },
      { gameAction: 'createGame', gameId },
      { gameAction: 'createGame', gameId, game: [] },
      { gameAction: 'createGame', gameId, game: 'x' },
      { gameAction: 'createGame', gameId, game: { names: 'Ada' } },
      { gameAction: 'addNames', gameId, names: 'Ada' },
      { gameAction: 'addNames', gameId, names: [7] },
      { gameAction: 'updateGame', gameId },
      { gameAction: 'updateGame', gameId, updatedItems: null },
    ])
      expect(parse(message)).toBe('invalid-action');
  });

  it('[A2] takes no times but numbers', () => {
    for (const time of ['"100"', 'null', '[1]', '1e999', 'true']) {
      expect(parseUpdate(`{"lastUpdateTime":${time}}`)).toBe('invalid-action');
      expect(parseUpdate(`{"currentUpdateTime":${time}}`)).toBe('invalid-action');
      expect(parseCreate(`{"lastUpdateTime":${time}}`)).toBe('invalid-action');
    }
  });

  it('keeps any other items, and passes over the keys that plain clients are sent', () => {
    const items = { names: ['Ada'], teamScores: { '1': 3, hasOwnProperty: null }, any: [true, { x: 'y' }] };
    expect(parseCreate(JSON.stringify({ ...items, pk: 'other', sk: 'ABCD' }))).toMatchObject({ data: { game: items } });
    expect(parseUpdate(JSON.stringify({ ...items, pk: 'other', sk: 'ABCD' }))).toEqual({
      room: 'game/KFNF',
      data: { gameAction: 'updateGame', gameId, updatedItems: items },
    });
  });

  it.each(['__proto__', 'constructor', 'prototype'])('[A2] takes no key "%s", at any depth', (key) => {
    for (const items of [`{"${key}":{"polluted":1}}`, `{"a":{"b":[{"${key}":1}]}}`, `{"${key}":null}`]) {
      expect(parseUpdate(items)).toBe('invalid-action');
      expect(parseCreate(items)).toBe('invalid-action');
    }
  });

  it('[A2] takes sixteen levels and no more', () => {
    expect(parseUpdate(nested(16))).not.toBe('invalid-action');
    for (const levels of [17, 16_000]) expect(parseUpdate(nested(levels))).toBe('invalid-action');
  });

  it('[A2] takes no number that JSON cannot write again', () => {
    expect(parseUpdate('{"a":[1e999]}')).toBe('invalid-action');
  });
});
