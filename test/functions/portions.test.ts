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
  const large = fc
    .tuple(fc.nat(20), fc.nat(30), fc.constantFrom('"', 'x', '\u{1F375}', '\uFFFF'))
    .map(([name, kilobytes, unit]) => `${name} ${unit.repeat(kilobytes * 1024)}`);
  const many = fc
    .tuple(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 600 }))
    .map(([length, distinct]) => Array.from({ length }, (_, index) => `text ${index % distinct}`));
  const group = fc.record({
    payloads: fc.oneof(fc.array(large, { minLength: 1, maxLength: 20 }), many),
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
        expect(size(portion)).toBeLessThan(560 * 1024);
        const named = portion.flatMap(({ connections }) => connections);
        expect(named.length).toBeLessThanOrEqual(100);
        expect(new Set(named).size).toBe(named.length);
        const posts = portion.map(({ payloads, connections }) => payloads.length * connections.length);
        expect(posts.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(2000);
      }
    }),
    { numRuns: 30 },
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

it('cuts many payloads for many connections into deliveries of two thousand posts, each with the stretch of fewer connections', () => {
  const payloads = Array.from({ length: 150 }, (_, index) => `text ${index}`);
  const connections = Array.from({ length: 100 }, (_, index) => `${index}`);
  const all = portions([{ payloads, connections }]);
  expect(all.map((groups) => groups.map((each) => [each.payloads.length, each.connections.length]))).toEqual([
    ...Array.from({ length: 7 }, () => [[150, 13]]),
    [[150, 9]],
  ]);
});

it('cuts what one connection is sent after two hundred payloads, and begins anew for all with what follows', () => {
  const payloads = Array.from({ length: 201 }, (_, index) => `text ${index}`);
  const all = portions([{ payloads, connections: ['ann', 'bob'] }]);
  expect(all).toEqual([
    [{ payloads: payloads.slice(0, 200), connections: ['ann', 'bob'] }],
    [{ payloads: payloads.slice(200), connections: ['ann', 'bob'] }],
  ]);
});
