import { describe, expect, it } from 'vitest';
import { counter } from '../../domain/kinds/counter.ts';
import { createRegistry } from '../../domain/registry.ts';
import { mayEnter, ownName } from '../../domain/user.ts';

const registry = createRegistry([
  { ...counter, name: 'open', actions: {} },
  { ...counter, name: 'own', actions: {}, admits: (user, room) => room === `own/${user}` },
]);

describe('a user may enter', () => {
  it.each([
    ['open/tea', ['*'], true],
    ['open/tea', ['open/*'], true],
    ['open/tea', ['open/te*'], true],
    ['open/tea', ['open/tea'], true],
    ['open/tea', ['other/*', 'open/tea'], true],
    ['open/tea', [], false],
    ['open/tea', ['open/te'], false],
    ['open/tea', ['open/tea2'], false],
    ['open/tea', ['*/tea'], false],
    ['open/tea', ['own/*'], false],
    ['own/ann', ['own/*'], true],
    ['own/bob', ['*'], false],
    ['none/a', ['*'], false],
  ])('%s with %j: %s', (room, rooms, may) => {
    expect(mayEnter({ name: 'ann', rooms }, room, registry)).toBe(may);
  });
});

it.each([
  ['ann', true],
  ['Ünï 2', true],
  ['', false],
  ['~ann', false],
  ['a'.repeat(65), false],
  ['ann\u001b[2J', false],
  ['a\u202eb', false],
])('may call itself %j: %s', (name, may) => {
  expect(ownName.safeParse(name).success).toBe(may);
});
