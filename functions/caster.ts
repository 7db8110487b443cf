import pMap from 'p-map';
import { type Casting, outgoing } from '../domain/cast.ts';
import type { Connections } from '../store/connections.ts';
import type { Deliveries, Delivery } from '../store/deliveries.ts';
import { portions } from './portions.ts';

/** Queues what the members of a room, and who sent something to it, are to be sent. Returns how many members there are. */
export type Caster = <State>(
  casting: Omit<Casting<State>, 'members' | 'strangers'>,
  options?: Pick<Delivery, 'again'>,
) => Promise<number>;

/** Connections that are looked up at once. One after another, a batch of a thousand senders would take seconds. */
const lookups = 32;

export const createCaster =
  (connections: Pick<Connections, 'members' | 'get'>, deliveries: Pick<Deliveries, 'queue'>): Caster =>
  async (casting, options) => {
    const { room, cast } = casting;
    const members = await connections.members(room);
    const known = new Set(members.map(({ connection }) => connection));
    const senders = cast.events.filter((event) => event.ack || event.refused !== undefined);
    const unknown = [...new Set(senders.map(({ connection }) => connection))].filter((id) => !known.has(id));
    const found = await pMap(unknown, (id) => connections.get(id), { concurrency: lookups });
    const strangers = found.flatMap((stranger) => (stranger ? [{ connection: stranger.id, wire: stranger.wire }] : []));
    const { certain, newest } = outgoing({ ...casting, members, strangers });
    const delivery = { room, version: cast.version, ...options };
    await deliveries.queue([
      ...portions(certain).map((groups): Delivery => ({ ...delivery, cast: 'events', groups })),
      ...portions(newest).map((groups): Delivery => ({ ...delivery, cast: 'state', groups })),
    ]);
    return members.length;
  };
