import { describe, expect, it } from 'vitest';
import { wayOf } from '../../../web/debug/pipeline.ts';

describe('the way of an event', () => {
  it('has the time between stops', () => {
    expect(wayOf({ received: 100, appended: 103, committed: 140, delivered: 155 }).map(({ since }) => since)).toEqual([
      undefined,
      3,
      37,
      15,
    ]);
  });

  it('counts from the last stop that is known, and backwards where clocks disagree', () => {
    expect(wayOf({ received: 100, committed: 98 })).toEqual([
      { name: 'received', at: 100 },
      { name: 'appended' },
      { name: 'committed', at: 98, since: -2 },
      { name: 'delivered' },
    ]);
  });
});
