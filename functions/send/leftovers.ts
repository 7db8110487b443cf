import { group } from '../../domain/cast.ts';
import type { Delivery } from '../../store/deliveries.ts';
import { portions } from '../portions.ts';
import type { Delivered } from './deliver.ts';

/** What is left to post of a delivery, by connection. */
type Left = ReadonlyMap<string, readonly string[]>;

/**
 * What is left of one delivery. `busy`: of connections that could not be posted to, which are given time. `late`: of those whose
 * turn did not come before the time was over, which did nothing to be given less.
 */
export type Leftovers = Readonly<Record<'busy' | 'late', Left>>;

/** Gathers what is left after posting, by delivery. */
export const gatherLeftovers = (
  delivered: ReadonlyMap<string, Pick<Delivered, 'left' | 'late'>>,
): ReadonlyMap<Delivery, Leftovers> => {
  const gathered = new Map<Delivery, Record<keyof Leftovers, Map<string, readonly string[]>>>();
  for (const [connection, { left, late }] of delivered)
    for (const { delivery, payloads } of left) {
      const leftovers = gathered.get(delivery) ?? { busy: new Map(), late: new Map() };
      gathered.set(delivery, leftovers);
      const own = leftovers[late ? 'late' : 'busy'];
      own.set(connection, [...(own.get(connection) ?? []), ...payloads]);
    }
  return gathered;
};

/** The deliveries that what is left of one makes: connections that are left the same are named together. */
export const leftDeliveries = (delivery: Delivery, left: Left): readonly Delivery[] =>
  portions(group(left)).map((groups) => ({ ...delivery, groups }));
