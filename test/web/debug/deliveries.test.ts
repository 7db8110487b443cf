import { describe, expect, it } from 'vitest';
import { createDeliveries } from '../../../web/debug/deliveries.ts';
import { ago, span } from '../../../web/debug/words.ts';

describe('deliveries', () => {
  it('are known of the events that came while the page was open', () => {
    const deliveries = createDeliveries();
    deliveries.add(5, 7, 100);
    deliveries.add(8, 8, 120);
    expect([4, 5, 7, 8, 9].map(deliveries.of)).toEqual([undefined, 100, 100, 120, undefined]);
  });

  it('are forgotten when there are too many, the oldest first', () => {
    const deliveries = createDeliveries(2);
    for (const seq of [1, 2, 3]) deliveries.add(seq, seq, seq);
    expect([1, 2, 3].map(deliveries.of)).toEqual([undefined, 2, 3]);
  });
});

describe('how long something took', () => {
  it.each([
    [0, '0 ms'],
    [-3, '−3 ms'],
    [999, '999 ms'],
    [1500, '1.5 s'],
    [20_000, '20 s'],
    [90_000, '1.5 min'],
    [7_200_000, '2 h'],
    [30 * 86_400_000, '30 d'],
  ])('%i ms is “%s”', (ms, text) => {
    expect(span(ms)).toBe(text);
  });

  it('is not counted in the last seconds', () => {
    expect([ago(1000, 2000), ago(1000, 61_000)]).toEqual(['just now', '1 min ago']);
  });
});
