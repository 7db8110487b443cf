import type { Payloads } from '../domain/cast.ts';
import { sizeOf } from '../domain/fold.ts';

/** How many connections one delivery names: small enough that several senders share a large room, large enough to be few. */
const connectionsPerDelivery = 100;

/** The payloads of one delivery as the queue holds them, in bytes: SQS takes messages of 1 MiB (quota "Message size"). */
const bytesPerDelivery = 512 * 1024;

/** Cuts what each group is sent, and to whom, into portions of which each makes one delivery. Payloads keep their order. */
export const portions = (groups: readonly Payloads[]): readonly Payloads[][] => {
  const sizes = new Map<string, number>();
  const size = (payload: string) => {
    const known = sizes.get(payload) ?? sizeOf(JSON.stringify(payload));
    sizes.set(payload, known);
    return known;
  };

  /** A long list of payloads in several that fit into a delivery. */
  const runs = ({ payloads, connections }: Payloads): readonly Payloads[] => {
    const cut: string[][] = [];
    let bytes = Number.POSITIVE_INFINITY;
    for (const payload of payloads) {
      if (bytes + size(payload) > bytesPerDelivery) {
        cut.push([]);
        bytes = 0;
      }
      cut.at(-1)?.push(payload);
      bytes += size(payload);
    }
    return cut.map((run) => ({ payloads: run, connections }));
  };

  const all: Payloads[][] = [];
  let held = new Set<string>();
  let [bytes, room] = [0, 0];
  for (const { payloads, connections } of groups.flatMap(runs))
    for (let start = 0; start < connections.length; ) {
      // A payload that other groups of the delivery are sent as well stands in it once.
      const own = payloads.filter((payload) => !held.has(payload));
      const added = own.reduce((sum, payload) => sum + size(payload), 0);
      if (room === 0 || (held.size > 0 && bytes + added > bytesPerDelivery)) {
        all.push([]);
        held = new Set();
        [bytes, room] = [0, connectionsPerDelivery];
        continue;
      }
      const some = connections.slice(start, start + room);
      all.at(-1)?.push({ payloads, connections: some });
      for (const payload of own) held.add(payload);
      bytes += added;
      start += some.length;
      room -= some.length;
    }
  return all;
};
