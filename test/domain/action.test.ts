import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAction } from '../../domain/action.ts';
import { unfitValue } from '../../domain/json-text.ts';
import { maxActionBytes } from '../../domain/limits.ts';
import { createRegistry, registry } from '../../domain/registry.ts';
import { parseRoom } from '../../domain/room.ts';
import { frames } from '../system/frames.ts';
import { tally } from './tally.ts';

const codeOf = (body: string) => {
  const parsed = parseAction(body, registry, 0);
  return parsed.ok ? 'ok' : parsed.error.code;
};

describe('parseAction', () => {
  it('takes an action of a kind, for the room that the kind says', () => {
    expect(parseAction('{"action":"plus"}', registry, 0)).toEqual({
      ok: true,
      room: 'counter/global-counter',
      draft: { type: 'plus', data: {} },
      creates: false,
    });
  });

  it('ignores other keys and white space around the message', () => {
    expect(parseAction(' {"action":"minus","value":7} \r\n', registry, 0)).toMatchObject({
      draft: { type: 'minus', data: {} },
    });
  });

  it.each([
    ['not-json', 'plus'],
    ['not-json', ''],
    ['not-json', '"plus"'],
    ['not-json', '[{"action":"plus"}]'],
    ['not-json', 'null'],
    ['no-action', '{}'],
    ['no-action', '{"action":1}'],
    ['unknown-action', '{"action":"times"}'],
    ['unknown-action', '{"action":"__proto__"}'],
    ['unknown-action', '{"action":"joined"}'],
    ['unknown-action', '{"action":"created","bucketName":"b","bucketKey":"k"}'],
    ['unknown-action', '{"action":"toString"}'],
    ['too-large', JSON.stringify({ action: 'plus', text: 'x'.repeat(maxActionBytes) })],
  ])('[A2] says %s to %.40s', (code, body) => {
    expect(codeOf(body)).toBe(code);
  });

  it('[A2] says which part of an action is wrong', () => {
    const parsed = parseAction('{"action":"add","amount":"two"}', createRegistry([tally]), 0);
    expect(parsed).toMatchObject({ ok: false, error: { type: 'error', code: 'invalid-action' } });
    expect(parsed.ok ? '' : parsed.error.message).toContain('amount');
  });

  it('[F6] keeps the client’s id, and that it was sent again', () => {
    const parsed = parseAction('{"action":"plus","id":"a-1","retry":true}', registry, 0);
    expect(parsed).toMatchObject({ ok: true, id: 'a-1', draft: { type: 'plus', data: {}, retry: true } });
    expect(parseAction('{"action":"plus","retry":"yes"}', registry, 0)).toHaveProperty('draft', {
      type: 'plus',
      data: {},
    });
  });

  it('takes the room that the action names, and the kind’s own where it names none', () => {
    const roomOf = (room: object) =>
      parseAction(JSON.stringify({ action: 'onMessage', message: '', ...room }), registry, 0);
    expect(roomOf({})).toMatchObject({ room: 'chat/lobby' });
    expect(roomOf({ room: 'chat/tea_room-1' })).toMatchObject({ room: 'chat/tea_room-1' });
  });

  it('passes over a named room where the action implies its own', () => {
    expect(parseAction('{"action":"plus","room":"counter/other"}', registry, 0)).toMatchObject({
      room: 'counter/global-counter',
    });
  });

  it.each(['lobby', 'game/KFNF', 'chat/', 'chat/a b', `chat/${'a'.repeat(65)}`, 7, null, ['chat/lobby']])(
    '[A2] says no-such-room to a message for %j',
    (room) => {
      const parsed = parseAction(JSON.stringify({ action: 'onMessage', message: '', room, id: 'a-1' }), registry, 0);
      expect(parsed).toMatchObject({ ok: false, error: { code: 'no-such-room', id: 'a-1' } });
    },
  );

  it('[A2] asks the kind what speaks against an action at the time when it came', () => {
    const kind = { ...tally, objection: ({ type }: { type: string }, at: number) => `No ${type} at ${at}.` };
    const parsed = parseAction('{"action":"add","amount":2,"room":"tally/a","id":"7"}', createRegistry([kind]), 5);
    expect(parsed).toMatchObject({ ok: false, error: { code: 'invalid-action', id: '7' } });
    expect(parsed.ok ? '' : parsed.error.message).toContain('No add at 5.');
  });

  it.each([
    ['roomOf', {}],
    ['idOf', { roomOf: () => 'x' }],
    ['objection', { roomOf: () => 'x' }],
  ])('[A2] says that %s of the kind failed', (rule, more) => {
    const broken = () => {
      throw new Error(`No ${rule}.`);
    };
    const kind = { ...tally, ...more, [rule]: broken } as typeof tally;
    const parsed = parseAction('{"action":"add","amount":2,"id":"7"}', createRegistry([kind]), 0);
    expect(parsed).toMatchObject({
      ok: false,
      error: { code: 'invalid-action', id: '7' },
      fault: { message: `No ${rule}.` },
    });
  });

  /** Whole numbers of a JSON text that are others when they are read. */
  const changed = (json: string): readonly string[] => {
    const found: string[] = [];
    const look = (_: string, value: unknown, { source = '' }: { readonly source?: string } = {}): unknown => {
      // What JavaScript itself writes of a larger number is that number.
      const isOther = typeof value === 'number' && source !== String(value);
      if (isOther && /^-?\d+$/.test(source) && BigInt(source) !== BigInt(value)) found.push(source);
      return value;
    };
    JSON.parse(json, look as (key: string, value: unknown) => unknown);
    return found;
  };

  it('[A2] throws on no frame, and what it takes is in the log as it was sent', () => {
    fc.assert(
      fc.property(frames(['a=']), (frame) => {
        const parsed = parseAction(String(frame), registry, 0);
        if (!parsed.ok) return;
        const { data } = parsed.draft;
        expect(changed(String(frame))).toEqual([]);
        expect(JSON.parse(JSON.stringify(data))).toEqual(data);
        expect(unfitValue(data)).toBeUndefined();
        expect(JSON.stringify(data)).not.toMatch(/\\ud[89a-f]/i);
      }),
      { numRuns: 3_000 },
    );
  });

  it('says which actions there are', () => {
    const parsed = parseAction('{"action":"times"}', registry, 0);
    for (const action of registry.actions) expect(parsed.ok ? '' : parsed.error.message).toContain(action);
  });
});

describe('createRegistry', () => {
  it('refuses two kinds of one name, and one action of two kinds', () => {
    expect(() => createRegistry([tally, tally])).toThrow('Two kinds are called "tally"');
    expect(() => createRegistry([tally, { ...tally, name: 'other' }])).toThrow(
      '"add" is an action of tally and of other',
    );
  });

  it('refuses an action that is one of all rooms', () => {
    expect(() => createRegistry([tally], ['join', 'add'])).toThrow('"add" of tally is an action of all rooms');
  });

  it('knows the kind of a room by its name, and none for other names', () => {
    expect(registry.kindOf('counter/global-counter')?.name).toBe('counter');
    for (const name of ['counter', 'counter/', 'counter/a/b', 'counter/a b', 'dice/a', ''])
      expect(registry.kindOf(name)).toBeUndefined();
    expect(parseRoom(`counter/${'a'.repeat(65)}`)).toBeUndefined();
  });

  it('finds the room that a client means, as the kind writes it', () => {
    expect(registry.find('game/knfn')?.room).toBe('game/KNFN');
    expect(registry.find('chat/Some-room_1')?.room).toBe('chat/Some-room_1');
    for (const name of ['game/longer', 'game/kn1n', 'counter/other', 'dice/a', 'chat/', 7, undefined])
      expect(registry.find(name)).toBeUndefined();
  });
});
