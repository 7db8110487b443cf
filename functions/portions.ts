import type { Payloads } from '../domain/cast.ts';
import { encodedSize } from '../store/deliveries.ts';

/** How many connections one delivery names: small enough that several senders share a large room, large enough to be few. */
const connectionsPerDelivery = 100;

/** Posts that a delivery asks for. A sender has up to ten deliveries at once, and with 128 posts in flight seconds for all of them. */
const postsPerDelivery = 2000;

/** Payloads for one connection, which are posted one after another: at 12 ms each a few seconds. Short of a crowd it keeps casts whole. */
const payloadsPerDelivery = 200;

/** The payloads of one delivery as the queue holds them, in bytes: SQS takes messages of 1 MiB (quota "Message size"). */
const bytesPerDelivery = 512 * 1024;

type Size = (payload: string) => number;

/** A group in several, each with a stretch of its payloads that fits into a delivery. */
const stretches = ({ payloads, connections }: Payloads, size: Size): readonly Payloads[] => {
  const cut: string[][] = [];
  let bytes = 0;
  for (const payload of payloads) {
    const last = cut.at(-1);
    if (last && last.length < payloadsPerDelivery && bytes + size(payload) <= bytesPerDelivery) {
      last.push(payload);
      bytes += size(payload);
    } else {
      cut.push([payload]);
      bytes = size(payload);
    }
  }
  return cut.map((stretch) => ({ payloads: stretch, connections }));
};

/** Fills one delivery after the other with groups, of which each would fit for some of its connections. */
const pack = (groups: readonly Payloads[], size: Size): readonly Payloads[][] => {
  const empty = () => ({ groups: [] as Payloads[], held: new Set<string>(), bytes: 0, connections: 0, posts: 0 });
  let delivery = empty();
  const all: Payloads[][] = [];
  for (const { payloads, connections } of groups)
    for (let start = 0; start < connections.length; ) {
      // A payload that other groups of the delivery are sent as well stands in it once.
      const own = payloads.filter((payload) => !delivery.held.has(payload));
      const bytes = delivery.bytes + own.reduce((sum, payload) => sum + size(payload), 0);
      const count = Math.min(
        connectionsPerDelivery - delivery.connections,
        Math.floor((postsPerDelivery - delivery.posts) / payloads.length),
      );
      if (delivery.groups.length > 0 && (count < 1 || bytes > bytesPerDelivery)) {
        delivery = empty();
        continue;
      }
      if (delivery.groups.length === 0) all.push(delivery.groups);
      const some = connections.slice(start, start + count);
      delivery.groups.push({ payloads, connections: some });
      for (const payload of own) delivery.held.add(payload);
      delivery.bytes = bytes;
      delivery.connections += some.length;
      delivery.posts += payloads.length * some.length;
      start += some.length;
    }
  return all;
};

/**
 * Cuts what each group is sent, and to whom, into portions of which each makes one delivery. Payloads keep their order, and a
 * portion holds one stretch of a connection's at most: the next begins a portion of its own. Groups have no connection in common.
 */
export const portions = (groups: readonly Payloads[]): readonly Payloads[][] => {
  const sizes = new Map<string, number>();
  const size = (payload: string) => {
    const known = sizes.get(payload) ?? encodedSize(payload);
    sizes.set(payload, known);
    return known;
  };
  const cut = groups.map((group) => stretches(group, size));
  const most = cut.reduce((sum, { length }) => Math.max(sum, length), 0);
  const together = Array.from({ length: most }, (_, place) => cut.flatMap((each) => each[place] ?? []));
  return together.flatMap((some) => pack(some, size));
};
