import * as z from 'zod/mini';
import type { Event } from './event.ts';

/** Somebody who is in a room: a connection, and whose it is. */
export interface Someone {
  readonly connection: string;
  readonly user: string;
}

/** Who came or went, together. Events of before this was said are of the connection that they come from. */
const moved = z.object({
  members: z.exactOptional(z.array(z.object({ connection: z.string(), user: z.string() }))),
});

/** Who is in a room: a kind that wants to know has these among its `internal` events. They follow the memberships. */
export const presence = { joined: moved, left: moved };

/** The connections in a room, in the order in which they came. A user may have several. */
export type Present = readonly Someone[];

/** What a kind that wants to know has in its state. */
export interface Crowd {
  /** The last ones that came. */
  readonly present: Present;
  /** About how many more there are: those who came before them. Absent where all are listed. */
  readonly others?: number;
}

/** As many are listed; of a larger crowd those who came last, so that nobody who only stays hides who comes. */
const maxListed = 500;

type PresenceEvent = Event<'joined' | 'left', z.output<typeof moved>>;

export const isPresence = (event: Event): event is PresenceEvent => event.type === 'joined' || event.type === 'left';

const movedIn = ({ data: { members }, connection, by }: PresenceEvent): Present =>
  members ?? [{ connection, user: by }];

const connectionsOf = (some: Present): ReadonlySet<string> => new Set(some.map(({ connection }) => connection));

/** Why a coming or going does not count: it was told before. Of those who are not listed nobody can say. */
export const presenceRefusal = (
  { present, others = 0 }: Crowd,
  event: PresenceEvent,
): 'already-here' | 'not-here' | undefined => {
  const here = connectionsOf(present);
  const told = movedIn(event).map(({ connection }) => here.has(connection));
  if (event.type === 'joined') return told.every((isHere) => isHere) ? 'already-here' : undefined;
  return others === 0 && !told.some((isHere) => isHere) ? 'not-here' : undefined;
};

const counted = <State extends Crowd>(state: State, present: Present, others: number): State => {
  const { others: _, ...rest } = state;
  return { ...rest, present, ...(others > 0 && { others }) } as State;
};

/** The state after somebody came or went. */
export const foldPresence = <State extends Crowd>(state: State, event: PresenceEvent): State => {
  const { present, others = 0 } = state;
  const moving = movedIn(event);
  if (event.type === 'joined') {
    const here = connectionsOf(present);
    const all = [...present, ...moving.filter(({ connection }) => !here.has(connection))];
    return counted(state, all.slice(-maxListed), others + Math.max(0, all.length - maxListed));
  }
  const going = connectionsOf(moving);
  const left = present.filter(({ connection }) => !going.has(connection));
  const unlisted = going.size - (present.length - left.length);
  return counted(state, left, Math.max(0, others - unlisted));
};
