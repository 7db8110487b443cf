import { describe, expect, it } from 'vitest';
import { withNewest } from '../../domain/newest.ts';

describe('withNewest', () => {
  it('puts a value at the end', () => {
    expect(withNewest([1, 2], 3, { count: 3, bytes: 100 })).toEqual([1, 2, 3]);
    expect(withNewest([], 1, { count: 3, bytes: 100 })).toEqual([1]);
  });

  it('drops the oldest over the count, and as many as that takes', () => {
    expect(withNewest([1, 2, 3], 4, { count: 3, bytes: 100 })).toEqual([2, 3, 4]);
    expect(withNewest([1, 2, 3, 4, 5], 6, { count: 2, bytes: 100 })).toEqual([5, 6]);
  });

  it('drops the oldest over the bytes, a comma counted with each', () => {
    expect(withNewest(['é', 'a'], 'b', { count: 9, bytes: 13 })).toEqual(['é', 'a', 'b']);
    expect(withNewest(['é', 'a'], 'b', { count: 9, bytes: 12 })).toEqual(['a', 'b']);
    expect(withNewest(['é', 'a'], 'long', { count: 9, bytes: 8 })).toEqual(['long']);
  });

  it('keeps the value even if it is too large by itself', () => {
    expect(withNewest(['a'], 'long', { count: 9, bytes: 3 })).toEqual(['long']);
  });
});
