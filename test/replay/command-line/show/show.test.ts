import { expect, it } from 'vitest';
import { pathText } from '../../../../domain/path.ts';
import { changeLines } from '../../../../replay/command-line/show/changes.ts';
import { eventText } from '../../../../replay/command-line/show/event.ts';
import { brief } from '../../../../replay/command-line/show/inert.ts';
import { spanText, timeText } from '../../../../replay/command-line/show/time.ts';

const screen = { paint: (_: unknown, text: string) => text, width: 100 };
const chat = { room: 'chat/lobby', last: 7 };
const event = { seq: 7, id: 'a', type: 'onMessage', data: { message: 'hello' }, by: 'ann', connection: 'c', at: 0 };

it('shows an event within the width of the terminal, its refusal at the end', () => {
  const long = { ...event, data: { message: 'x'.repeat(500) }, refused: 'too-long' };
  const text = eventText(long, { ...chat, last: 1_000 }, { ...screen, width: 110 });
  expect(text.length).toBe(110);
  expect(text).toMatch(/^ {3}7 {2}1970-01-01 00:00:00\.000Z {2}ann {16} onMessage +\{"message":"x+… ✗ too-long$/);
});

it('shows what a game did, and not that it is a game, on 80 columns', () => {
  const data = { gameAction: 'updateGame', gameId: 'KFNF', updatedItems: { round: 2, board: 'x'.repeat(40) } };
  const played = { ...event, type: 'updateGame', data, by: 'RkoVbQw0yMn-Yzw=' };
  const text = eventText(played, { room: 'game/KFNF', last: 9 }, { ...screen, width: 80 });
  expect(text.length).toBe(80);
  expect(text).toMatch(/^7 {2}01-01 00:00:00 {2}RkoVbQw0y… {2}updateGame {5}\{"updatedItems":\{"round":2,"board…$/);
});

it('[S3] says of an event without its data how large that was', () => {
  const event = { seq: 7, id: 'a', type: 'onMessage', data: null, by: 'ann', connection: 'c', at: 0 };
  expect(eventText({ ...event, refused: 'no', omitted: { bytes: 32_100, hash: 1 } }, chat, screen)).toMatch(
    / {2}32,100 bytes, not kept ✗ no$/,
  );
});

it('gives what people sent no power over the terminal', () => {
  const evil = '\u001b[2J\u009b1m\r\n\u202e';
  const text = eventText({ ...event, by: evil, type: evil, data: { [evil]: evil }, refused: evil }, chat, screen);
  const [change] = changeLines([{ path: [evil], what: 'added', after: evil }], screen);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  for (const shown of [text, String(change)]) expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
});

it('writes a place as an expression would', () => {
  expect(pathText([])).toBe('state');
  expect(pathText(['messages', 0, 'text'])).toBe('state.messages[0].text');
  expect(pathText(['a b', 'ä', '1'])).toBe('state["a b"].ä["1"]');
});

it('shows the first changes, and how many more there are', () => {
  const added = [1, 2, 3].map((after) => ({ path: [after], what: 'added', after }) as const);
  expect(changeLines(added, screen, 2)).toEqual(['+ state[1]: 1', '+ state[2]: 2', '… and 1 more']);
});

it('shows values, times and spans in brief', () => {
  expect(brief({ a: 'b'.repeat(20) }, 10)).toBe('{"a":"bbb…');
  expect(brief(undefined, 10)).toBe('undefined');
  expect(timeText(Date.UTC(2026, 0, 31, 12))).toBe('2026-01-31 12:00:00.000Z');
  expect(timeText(Number.NaN)).toBe('no time');
  expect([5, 1_500, 90_000, 7_200_000, 200_000_000].map(spanText)).toEqual(['5 ms', '2 s', '2 min', '2 h', '2 d']);
});
