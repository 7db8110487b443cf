import { describe, expect, it } from 'vitest';
import { pathOf, readLink, writeLink } from '../../../web/debug/link.ts';

describe('the place in the address', () => {
  it.each([
    ['#counter/global-counter/42', { room: 'counter/global-counter', version: 42 }],
    ['#counter/global-counter', { room: 'counter/global-counter' }],
    ['#chat/7', { room: 'chat/7' }],
    ['#chat/7/7', { room: 'chat/7', version: 7 }],
    ['#nonsense', { room: 'nonsense' }],
    ['#a%20b/c/1', { room: 'a b/c', version: 1 }],
    ['#game/KFNF/48?document/board/3', { room: 'game/KFNF', version: 48, selected: ['document', 'board', '3'] }],
    ['#game/KFNF/48?a%2Fb', { room: 'game/KFNF', version: 48, selected: ['a/b'] }],
  ])('%s is a room, and a version where a number comes third', (hash, link) => {
    expect(readLink(hash)).toEqual(link);
  });

  it.each(['', '#', '#%'])('%j is none', (hash) => {
    expect(readLink(hash)).toBeUndefined();
  });

  it('is read back as it was written', () => {
    for (const link of [
      { room: 'chat/a-b_c', version: 3 },
      { room: 'x y/ü#/z' },
      { room: 'a/b?c', version: 1, selected: ['d?', '0'] },
    ])
      expect(readLink(writeLink(link))).toEqual(link);
  });

  it('leads to a value: a number is an index where there is a list, and a key elsewhere', () => {
    expect(pathOf(['list', '1', '2'], { list: [[], { 2: 'x' }] })).toEqual(['list', 1, '2']);
    expect(pathOf(['gone', '0'], {})).toEqual(['gone', '0']);
  });
});
