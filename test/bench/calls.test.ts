import { describe, expect, it } from 'vitest';
import { callsBetween, isPoll, isRead, isWrite, total } from '../../bench/calls.ts';

const before = { append: { UpdateItem: 10 }, operator: { Query: 1 } };
const after = {
  append: { UpdateItem: 30 },
  fold: { GetRecords: 4, PutItem: 2, Query: 1 },
  operator: { Query: 9 },
};

describe('calls between two counts', () => {
  const calls = callsBetween(before, after);

  it('are the difference, those of callers that are new included, without what did not change', () => {
    expect(calls).toContainEqual({ caller: 'append', operation: 'UpdateItem', count: 20 });
    expect(calls).toContainEqual({ caller: 'fold', operation: 'PutItem', count: 2 });
    expect(callsBetween(after, after)).toEqual([]);
  });

  it('leave out what the bench itself called', () => {
    expect(calls.map(({ caller }) => caller)).not.toContain('operator');
  });

  it('are told apart as polls, reads and writes', () => {
    expect(total(calls, isPoll)).toBe(4);
    expect(total(calls, isRead)).toBe(1);
    expect(total(calls, isWrite)).toBe(22);
  });
});
