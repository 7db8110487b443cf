import { expect, it } from 'vitest';
import { returnRate, returnsOf } from '../../bench/latency.ts';

it('measures each action to the first message that shows it or what came after it', () => {
  const arrivals = [
    { version: 2, at: 150 },
    { version: 7, at: 300 },
  ];
  expect(returnsOf([100, 110, 120], [1, 2, 5], arrivals)).toEqual([
    { ms: 50, at: 150 },
    { ms: 40, at: 150 },
    { ms: 180, at: 300 },
  ]);
});

it('leaves out an action that was never shown', () => {
  expect(returnsOf([100, 110], [1, 9], [{ version: 8, at: 150 }])).toEqual([{ ms: 50, at: 150 }]);
});

it('has the rate at which actions came back, whatever each took', () => {
  const returns = Array.from({ length: 11 }, (_, nth) => ({ ms: 500, at: 2_000 + nth * 100 }));
  expect(returnRate(returns)).toBeCloseTo(11);
});
