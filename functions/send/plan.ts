import type { Delivery } from '../../store/deliveries.ts';

/** What is left to post of a delivery to one connection. */
export interface Parcel {
  readonly delivery: Delivery;
  readonly payloads: readonly string[];
}

/** The newest version of each room that a connection was posted, as far as a warm function knows. */
export interface Posted {
  get(key: string): number | undefined;
  set(key: string, version: number): unknown;
}

export const postedKey = (room: string, connection: string): string => `${room} ${connection}`;

/** Whether a state is news to a connection. One that is sent again has to arrive even if the same version did. */
const isNews = ({ version, again }: Delivery, posted: number | undefined): boolean =>
  posted === undefined || version > posted || (again === true && version === posted);

/**
 * What each connection is to be posted, in order: events all of them, of each room's states the newest, and that only if
 * nothing newer was posted from here before.
 */
export const planParcels = (
  deliveries: readonly Delivery[],
  posted: Pick<Posted, 'get'>,
): ReadonlyMap<string, readonly Parcel[]> => {
  const parcels = new Map<string, Parcel[]>();
  const superseded = new Set<string>();
  // Of one version the last first: a cast that was cut into several is posted from its beginning.
  const newestFirst = deliveries.toSorted((a, b) => a.version - b.version).toReversed();
  for (const delivery of newestFirst)
    for (const { payloads, connections } of delivery.groups.toReversed())
      for (const connection of connections) {
        if (delivery.cast === 'state') {
          const key = postedKey(delivery.room, connection);
          if (superseded.has(key) || !isNews(delivery, posted.get(key))) continue;
          superseded.add(key);
        }
        const own = parcels.get(connection);
        if (own) own.unshift({ delivery, payloads });
        else parcels.set(connection, [{ delivery, payloads }]);
      }
  return parcels;
};
