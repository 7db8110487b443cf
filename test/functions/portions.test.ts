import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Payloads } from '../../domain/cast.ts';
import { portions } from '../../functions/portions.ts';
import { encode } from '../../store/deliveries.ts';

/** What each connection is sent by some groups, in order. */
const byConnection = (groups: readonly Payloads[]): Record<string, readonly string[]> => {
  const all: Record<string, string[]> = {};
  for (const { payloads, connections } of groups)
    for (const connection of connections) all[connection] = [...(all[connection] ?? []), ...payloads];
  return all;
};

const size = (groups: readonly Payloads[]) =>
  Buffer.byteLength(encode({ room: 'chat/a', cast: 'events', version: 1, groups }));

it('leaves everybody what they are sent, in order, in portions that a queue takes', () => {
  const payload = fc
    .tuple(fc.nat(20), fc.nat(100))
    .map(([name, kilobytes]) => `${name} ${'"'.repeat(kilobytes * 512)}`);
  const group = fc.record({
    payloads: fc.array(payload, { minLength: 1, maxLength: 20 }),
    count: fc.integer({ min: 1, max: 250 }),
  });
  fc.assert(
    fc.property(fc.array(group, { maxLength: 6 }), (some) => {
      const groups = some.map(({ payloads, count }, number) => ({
        payloads,
        connections: Array.from({ length: count }, (_, index) => `${number}-${index}`),
      }));
      const all = portions(groups);
      expect(byConnection(all.flat())).toEqual(byConnection(groups));
      for (const portion of all) {
        expect(size(portion)).toBeLessThan(1024 * 1024);
        expect(portion.flatMap(({ connections }) => connections).length).toBeLessThanOrEqual(100);
      }
    }),
    { numRuns: 50 },
  );
});

it('counts a payload once that several groups of a delivery are sent', () => {
  const shared = 'x'.repeat(300 * 1024);
  const groups = Array.from({ length: 50 }, (_, index) => ({
    payloads: [`ack ${index}`, shared],
    connections: [`${index}`],
  }));
  expect(portions(groups)).toHaveLength(1);
});
