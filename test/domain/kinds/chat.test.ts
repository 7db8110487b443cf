import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAction } from '../../../domain/action.ts';
import { chat } from '../../../domain/kinds/chat.ts';
import { maxStateBytes } from '../../../domain/limits.ts';
import { registry } from '../../../domain/registry.ts';
import { sizeOf } from '../../../domain/size.ts';
import { given } from '../given.ts';
import { lawsOf } from '../laws.ts';
import { logged } from '../logged.ts';

lawsOf(chat);

const say = (message: string, by = 'ann') => ({ type: 'onMessage' as const, data: { message }, by });
const kept = (seq: number, text: string, by = 'ann') => ({ seq, by, at: 1_000 * seq, text });

const codeOf = (message: object) => {
  const parsed = parseAction(JSON.stringify(message), registry, 0);
  return parsed.ok ? 'ok' : parsed.error.code;
};

describe('chat', () => {
  it('starts quiet and empty', () => {
    given(chat).state({ messages: [], present: [] });
  });

  it('keeps who said what when', () => {
    given(chat)
      .events(say('hello'), say('hi, ann', 'bob'))
      .accepts()
      .state({ messages: [kept(1, 'hello'), kept(2, 'hi, ann', 'bob')], present: [] });
  });

  it('forgets all but the last fifty messages', () => {
    const all = Array.from({ length: 53 }, (_, index) => kept(index + 1, `${index}`));
    given(chat)
      .events(...all.map(({ text }) => say(text)))
      .accepts()
      .state({ messages: all.slice(-50), present: [] });
  });

  it('[F6] keeps a message once that comes twice', () => {
    given(chat)
      .events(say('hello'))
      .retry()
      .refuses('duplicate')
      .state({ messages: [kept(1, 'hello')], present: [] });
  });

  it('does not keep an echo', () => {
    given(chat)
      .events(say('hello'), { type: 'echomessage', data: { data: 'echo' } })
      .accepts()
      .state({ messages: [kept(1, 'hello')], present: [] });
  });

  it('knows who is there', () => {
    given(chat)
      .events({ type: 'joined', by: 'ann' }, { type: 'joined', by: 'bob' }, { type: 'left', by: 'ann' })
      .accepts()
      .state({ messages: [], present: [{ connection: 'bob-connection', user: 'bob' }] })
      .events({ type: 'left', by: 'ann' })
      .refuses('not-here');
  });

  it('[A2] takes texts of up to 4 KB, counted in bytes, and nothing but texts', () => {
    for (const [action, key] of [['onMessage', 'message'] as const, ['echomessage', 'data'] as const]) {
      for (const text of ['', 'Hi from websocket!', 'é'.repeat(2048)])
        expect(codeOf({ action, [key]: text })).toBe('ok');
      for (const text of ['é'.repeat(2049), 7, null, undefined, { text: '' }, ['a']])
        expect(codeOf({ action, [key]: text })).toBe('invalid-action');
    }
  });

  it('is under its bound after any messages, with the newest at the end and none left out in between', () => {
    const long = fc.constantFrom('x', 'é', '\u0001', '"', '\n').map((character) => character.repeat(2000));
    const texts = fc.array(fc.oneof(fc.string(), long), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(texts, (sent) => {
        const folded = given(chat).events(...sent.map((text) => say(text)));
        const all = sent.map((text, index) => kept(index + 1, text));
        const { messages } = folded.accepts().now;
        expect(messages.length).toBeGreaterThan(0);
        expect(messages).toEqual(all.slice(-messages.length));
        expect(sizeOf(JSON.stringify(messages))).toBeLessThanOrEqual(maxStateBytes / 2 + 1);
      }),
    );
  });

  it('sends plain members what was said and echoed, in order, and nothing of comings and refusals', () => {
    const events = [
      logged(1, 'joined', {}),
      logged(2, 'onMessage', { message: 'one' }),
      logged(3, 'onMessage', { message: 'one' }, { refused: 'duplicate', first: { seq: 2 } }),
      logged(4, 'echomessage', { data: '{"two":2}' }),
      logged(5, 'left', {}),
      logged(6, 'onMessage', { message: 'three' }),
    ];
    const sent = chat.plain({ state: chat.initial, version: 6, events }, { connection: 'ann', wire: 'plain' });
    expect(sent).toEqual(['one', '{"two":2}', 'three']);
  });
});
