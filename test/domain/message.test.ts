import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { maxActionBytes } from '../../domain/limits.ts';
import { check, knownActions, parseMessage } from '../../domain/message.ts';
import { actionNames } from '../../domain/routes.ts';

const codeOf = (body: string) => {
  const parsed = parseMessage(body);
  return parsed.ok ? 'ok' : parsed.error.code;
};

describe('parseMessage', () => {
  it('reads any action, with white space around it', () => {
    expect(parseMessage(' \t{"action":"whoAmI"}\r\n')).toEqual({
      ok: true,
      action: 'whoAmI',
      message: { action: 'whoAmI' },
    });
  });

  it('reads the client’s id, and gives it back with what is wrong', () => {
    expect(parseMessage('{"action":"ping","id":"7"}')).toMatchObject({ ok: true, id: '7' });
    expect(parseMessage('{"id":"7"}')).toMatchObject({ ok: false, error: { code: 'no-action', id: '7' } });
  });

  it('[A2] takes no id but a text of 1 to 64 characters', () => {
    expect(codeOf(JSON.stringify({ action: 'ping', id: 'x'.repeat(64) }))).toBe('ok');
    for (const id of ['', 'x'.repeat(65), 7, null, {}])
      expect(codeOf(JSON.stringify({ action: 'ping', id }))).toBe('invalid-action');
  });

  it.each([
    ['"id":{"length":{"valueOf":null,"toString":null}}', undefined],
    ['"id":"\\ud83d"', undefined],
    ['"id":"7","connectionId":{"length":{"valueOf":null,"toString":null}}', '7'],
    ['"id":"7","x":[{"deep":"\\ud83d"}]', '7'],
    ['"id":"7","\\ud83d":1', '7'],
    ['"id":"7","x":{"y":9007199254740993}', '7'],
    ['"id":"7","x":1e999', '7'],
  ])('[A2] takes nothing that would come back as another, or that throws where it is compared: %s', (keys, id) => {
    const parsed = parseMessage(`{"action":"ping",${keys}}`);
    expect(parsed).toEqual({ ok: false, error: expect.objectContaining({ code: 'invalid-action' }) });
    expect(parsed.ok ? '' : parsed.error.id).toBe(id);
  });

  it('[A2] counts the bytes of a message', () => {
    const body = (bytes: number) => `{"action":"ping","x":"${'é'.repeat((bytes - 24) / 2)}"}`;
    expect(Buffer.byteLength(body(maxActionBytes))).toBe(maxActionBytes);
    expect(codeOf(body(maxActionBytes))).toBe('ok');
    expect(codeOf(body(maxActionBytes + 2))).toBe('too-large');
  });

  it.each(['', 'ping', '"ping"', '7', 'null', '[]', '{"action":"ping"} {}'])('[A2] says not-json to %j', (body) => {
    expect(codeOf(body)).toBe('not-json');
  });

  it('says which actions there are to who names none', () => {
    const parsed = parseMessage('{"action":["plus"]}');
    expect(parsed).toMatchObject({ ok: false, error: { code: 'no-action' } });
    expect(parsed.ok ? '' : parsed.error.message).toContain(knownActions());
    for (const name of actionNames) expect(knownActions()).toContain(name);
  });
});

describe('check', () => {
  it('gives what the schema makes of a part', () => {
    expect(check(z.object({ since: z.number() }), { since: 3, other: 1 })).toEqual({ ok: true, value: { since: 3 } });
  });

  it('says what is wrong, for the client’s id', () => {
    const checked = check(z.object({ since: z.number() }), { since: 'x' }, '7');
    expect(checked).toMatchObject({ ok: false, error: { code: 'invalid-action', id: '7' } });
    expect(checked.ok ? '' : checked.error.message).toContain('since');
  });

  it('[A2] says that the schema itself failed', () => {
    const broken = z.string().refine(() => {
      throw new Error('No refinement.');
    });
    expect(check(broken, 'x', '7')).toMatchObject({
      error: { code: 'invalid-action', id: '7' },
      fault: { message: 'No refinement.', stack: expect.stringContaining('message.test.ts') },
    });
  });

  it('says it shortly, however much is wrong', () => {
    const checked = check(
      z.array(z.string()),
      Array.from({ length: 10_000 }, () => 7),
    );
    expect(checked.ok ? '' : checked.error.message.length).toBeLessThan(1000);
  });
});
