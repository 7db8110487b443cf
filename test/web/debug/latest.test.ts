import { describe, expect, it, vi } from 'vitest';
import { latest } from '../../../web/debug/latest.ts';

describe('the newest wish', () => {
  it('is the only one that is fulfilled of those that came while another was', async () => {
    const begun: number[] = [];
    const kept: number[] = [];
    const ends: (() => void)[] = [];
    const wish = latest<number>(async (value, isNewest) => {
      begun.push(value);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (isNewest()) kept.push(value);
    });
    for (const value of [1, 2, 3, 4]) wish(value);
    expect(begun).toEqual([1]);
    ends.shift()?.();
    await vi.waitFor(() => expect(begun).toEqual([1, 4]), 30_000);
    ends.shift()?.();
    await vi.waitFor(() => expect(kept).toEqual([4]), 30_000);
    wish(5);
    expect(begun).toEqual([1, 4, 5]);
  });
});
