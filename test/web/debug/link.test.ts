import { describe, expect, it } from 'vitest';
import { readLink, writeLink } from '../../../web/debug/link.ts';

describe('the place in the address', () => {
  it.each([
    ['#counter/global-counter/42', { room: 'counter/global-counter', version: 42 }],
    ['#counter/global-counter', { room: 'counter/global-counter' }],
    ['#chat/7', { room: 'chat/7' }],
    ['#chat/7/7', { room: 'chat/7', version: 7 }],
    ['#nonsense', { room: 'nonsense' }],
    ['#a%20b/c/1', { room: 'a b/c', version: 1 }],
  ])('%s is a room, and a version where a number comes third', (hash, link) => {
    expect(readLink(hash)).toEqual(link);
  });

  it.each(['', '#', '#%'])('%j is none', (hash) => {
    expect(readLink(hash)).toBeUndefined();
  });

  it('is read back as it was written', () => {
    for (const link of [{ room: 'chat/a-b_c', version: 3 }, { room: 'x y/ü#/z' }])
      expect(readLink(writeLink(link))).toEqual(link);
  });
});
