import { expect, it } from 'vitest';
import { limit } from '../../store/limit.ts';

const late = /^The rules did not end within \d+ ms\.$/;

it.each<readonly [string, () => unknown]>([
  [
    'a loop',
    () => {
      for (;;);
    },
  ],
  ['a pattern that goes back and forth', () => /^(a+)+$/.test(`${'a'.repeat(40)}b`)],
  [
    'a comparison within a sort',
    () =>
      [1, 2].sort(() => {
        for (;;);
      }),
  ],
  [
    'a getter that JSON reads',
    () =>
      JSON.stringify({
        get a() {
          for (;;);
        },
      }),
  ],
  [
    'a loop that catches everything',
    () => {
      for (;;)
        try {
          for (;;);
        } catch {}
    },
  ],
])('[F4] ends %s', (_, work) => {
  expect(() => limit(work, 50)).toThrow(late);
});

it('gives what the work gives, and throws what it throws', () => {
  const error = new TypeError('Mine.');
  expect(limit(() => error, 1_000)).toBe(error);
  expect(() =>
    limit(() => {
      throw error;
    }, 1_000),
  ).toThrow(error);
});

it('may be used within itself', () => {
  expect(limit(() => [limit(() => 1, 1_000), limit(() => 2, 1_000)], 5_000)).toEqual([1, 2]);
});
