import * as z from 'zod';
import type { Event } from './event.ts';

/** Of an event that tells of several at once; without it the event is of the connection that it comes from. */
const several = z.object({
  members: z.array(z.object({ connection: z.string(), user: z.string() })).exactOptional(),
});

/** Who is in a room: a kind that wants to know has these among its `internal` events. They follow the memberships. */
export const presence = { joined: several, left: several };

/** The connections in a room, in the order in which they came. */
export type Present = readonly string[];

/** What a kind that wants to know has in its state. */
export interface Crowd {
  /** The last ones that came. */
  readonly present: Present;
  /** About how many more there are: those who came before them. Absent where all are listed. */
  readonly others?: number;
}

/** As many are listed; of a larger crowd those who came last, so that nobody who only stays hides who comes. */
const maxListed = 500;

type PresenceEvent = Event<'joined' | 'left', z.output<typeof several>>;

export const isPresence = (event: Event): event is PresenceEvent => event.type === 'joined' || event.type === 'left';

const connectionsOf = ({ data: { members }, connection }: PresenceEvent): readonly string[] =>
  members?.map((member) => member.connection) ?? [connection];

/** Why a coming or going does not count: it was told before. Of those who are not listed nobody can say. */
export const presenceRefusal = ({ present, others = 0 }: Crowd, event: PresenceEvent): string | undefined => {
  const here = new Set(present);
  const told = connectionsOf(event);
  if (event.type === 'joined') return told.every((each) => here.has(each)) ? 'already-here' : undefined;
  return others === 0 && !told.some((each) => here.has(each)) ? 'not-here' : undefined;
};

const counted = <State extends Crowd>(state: State, present: Present, others: number): State => {
  const { others: _, ...rest } = state;
  return { ...rest, present, ...(others > 0 && { others }) } as State;
};

/** The state after somebody came or went. */
export const foldPresence = <State extends Crowd>(state: State, event: PresenceEvent): State => {
  const { present, others = 0 } = state;
  const told = new Set(connectionsOf(event));
  if (event.type === 'joined') {
    const all = [...new Set([...present, ...told])];
    return counted(state, all.slice(-maxListed), others + Math.max(0, all.length - maxListed));
  }
  const left = present.filter((each) => !told.has(each));
  const unlisted = told.size - (present.length - left.length);
  return counted(state, left, Math.max(0, others - unlisted));
};
