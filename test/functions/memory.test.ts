import { expect, it } from 'vitest';
import { counter } from '../../domain/kinds/counter.ts';
import { beginning, type Latest } from '../../domain/page.ts';
import { createMemory } from '../../functions/fold/memory.ts';
import { createRecentIds } from '../../functions/fold/sent-again.ts';

const remembers = (latest: Latest, rooms: number, more: object = {}): number => {
  const memory = createMemory();
  const names = Array.from({ length: rooms }, (_, index) => `counter/${index}`);
  for (const name of names) memory.set(name, { latest, castTo: 0, members: 0, paced: [], ...more });
  expect(memory.get(names.at(-1) ?? '')).toBeDefined();
  return names.filter((name) => memory.get(name)).length;
};

it('remembers thousands of rooms', () => {
  expect(remembers(beginning(counter), 10_000)).toBe(10_000);
});

it('remembers no more large rooms than a function has memory for, the last ones', () => {
  const state = Array.from({ length: 80_000 }, () => ({}));
  const fitting = remembers({ ...beginning(counter), state }, 500);
  expect(fitting).toBeGreaterThan(10);
  expect(fitting).toBeLessThan(200);
});

it('counts what it knows of actions that are sent again', () => {
  const ids = createRecentIds(0, 0);
  const events = Array.from({ length: 300_000 }, (_, index) => ({ id: `id-${index}` }));
  ids.add({ from: 1, events }, 0);
  expect(remembers(beginning(counter), 100, { ids })).toBeLessThan(20);
});
