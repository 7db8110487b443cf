import * as z from 'zod';
import type { Event } from './event.ts';

/** Who is in a room: a kind that wants to know has these among its `internal` events. They follow the memberships. */
export const presence = { joined: z.object({}), left: z.object({}) };

/** The connections in a room, in the order in which they came. */
export type Present = readonly string[];

/** As many are listed; in a larger crowd those who come later are not. */
const maxListed = 500;

type PresenceEvent = Event<'joined' | 'left'>;

export const isPresence = (event: Event): event is PresenceEvent => event.type === 'joined' || event.type === 'left';

/** Why a coming or going does not count: it was told before, or there are too many to list. */
export const presenceRefusal = (present: Present, { type, connection }: PresenceEvent): string | undefined => {
  const here = present.includes(connection);
  if (type === 'left') return here ? undefined : 'not-here';
  if (here) return 'already-here';
  return present.length < maxListed ? undefined : 'too-many-to-list';
};

export const foldPresence = (present: Present, { type, connection }: PresenceEvent): Present =>
  type === 'joined' ? [...present, connection] : present.filter((each) => each !== connection);
