import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { laneOf, lanesFor } from '../../domain/lane.ts';

describe('lanes', () => {
  it('are doubled until each has about a hundred members, and never halved', () => {
    expect([0, 100, 101, 200, 201, 1_000, 10_000].map((members) => lanesFor(1, members))).toEqual([
      1, 1, 2, 2, 4, 16, 128,
    ]);
    expect(lanesFor(8, 3)).toBe(8);
  });

  it('share members evenly, and doubled ones take theirs from one lane each', () => {
    // As API Gateway's ids look: btvXRd6dliACF-A=
    const ids = Array.from({ length: 10_000 }, () => `${randomBytes(10).toString('base64url')}=`);
    const sizes = Map.groupBy(ids, (id) => laneOf(id, 16));
    expect(sizes.size).toBe(16);
    for (const { length } of sizes.values()) expect(Math.abs(length - 625)).toBeLessThan(200);
    for (const id of ids) expect(laneOf(id, 32) % 16).toBe(laneOf(id, 16));
  });
});
