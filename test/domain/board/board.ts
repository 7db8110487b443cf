import * as z from 'zod';
import { type ActionOf, defineKind, type EventOf, type Kind } from '../../../domain/kind.ts';

/** A kind whose rules have changed twice: as it was in each version, each with what it needs to read the ones before. */

const added = { give: z.object({ points: z.number() }) };
const scored = { score: z.object({ points: z.number(), team: z.string() }) };

/** Version 1: one number. Nobody may have less than nothing. */
export const board1 = defineKind({
  name: 'board',
  actions: added,
  roomOf: () => undefined,
  initial: 0,
  refusal: (sum, { data }) => (sum + data.points < 0 ? 'below-zero' : undefined),
  fold: (sum, { data }) => sum + data.points,
  cast: 'events',
  plain: ({ state }) => [JSON.stringify({ sum: state })],
});

interface Board2 {
  readonly sum: number;
  /** Points of each player. */
  readonly players: Readonly<Record<string, number>>;
}

/** Version 2: who has how many. Events are as they were. */
export const board2 = defineKind({
  name: 'board',
  version: 2,
  actions: added,
  roomOf: () => undefined,
  initial: { sum: 0, players: {} } as Board2,
  // Who asked again would refuse what counted then.
  refusal: ({ sum }, { data }) => (sum + data.points < 10 ? 'below-ten' : undefined),
  fold: ({ sum, players }, { data, by }) => ({
    sum: sum + data.points,
    players: { ...players, [by]: (players[by] ?? 0) + data.points },
  }),
  upgrade: (state) => ({ sum: state as number, players: {} }),
  cast: 'events',
  plain: ({ state }) => [JSON.stringify({ sum: state.sum })],
});

interface Board3 {
  readonly teams: Readonly<Record<string, number>>;
}

type Scored = EventOf<typeof scored>;

const upcast3 = (event: { readonly data: unknown }): ActionOf<Scored> => ({
  type: 'score',
  data: { points: (event.data as { points: number }).points, team: 'all' },
});

/** Version 3: teams have points. The event has another name, and another shape. */
export const board3 = defineKind({
  name: 'board',
  version: 3,
  actions: scored,
  roomOf: () => undefined,
  initial: { teams: {} } as Board3,
  refusal: () => undefined,
  fold: ({ teams }, { data: { team, points } }) => ({ teams: { ...teams, [team]: (teams[team] ?? 0) + points } }),
  upgrade: (state, from) => ({ teams: { all: from === 1 ? (state as number) : (state as Board2).sum } }),
  upcast: upcast3,
  cast: 'events',
  plain: ({ state }) => [JSON.stringify(state)],
});

/** The same rules without something. */
export const without = <State, Name extends 'upgrade' | 'upcast'>(kind: Kind<State>, name: Name): Kind<State> => {
  const { [name]: _, ...rest } = kind;
  return rest as Kind<State>;
};
