import { expect, it } from 'vitest';
import { percentile } from '../../bench/percentile.ts';

it('takes the smallest value that covers the share', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile(hundred, 1)).toBe(100);
});

it('takes a value that was measured, never one between two', () => {
  expect(percentile([1, 10], 0.5)).toBe(1);
  expect(percentile([1, 10], 0.51)).toBe(10);
  expect(percentile([9, 10, 1], 0.5)).toBe(9);
  expect(percentile([7], 0)).toBe(7);
});

it('knows none of nothing', () => {
  expect(percentile([], 0.5)).toBeNaN();
});
