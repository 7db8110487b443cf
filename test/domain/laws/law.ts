import fc from 'fast-check';
import type { Event } from '../../../domain/event.ts';
import type { Kind, Member } from '../../../domain/kind.ts';
import { limit } from '../../../store/limit.ts';
import { dataOf } from './data.ts';

/** What the laws are tried with, where the kind itself does not say enough. */
export interface Trying {
  /** Data of actions whose schemas are of a sort that nothing can be made for. */
  readonly data?: Readonly<Record<string, fc.Arbitrary<unknown>>>;
  /** The rules of older versions, for `upgrade` and `upcast`. */
  readonly older?: readonly object[];
}

/** Something that holds for every kind. `check` throws where it does not. */
export interface Law {
  readonly name: string;
  /** Whether a kind has what the law is about. */
  readonly applies?: (kind: Kind) => boolean;
  readonly check: (kind: Kind, trying: Trying) => void;
}

/** Rules that take longer with a log of a few events hang, in milliseconds. */
const patience = 1_000;

export const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The same, which throws where the rules do not end. */
export const inTime =
  <Args extends readonly unknown[]>(holds: (...args: Args) => void) =>
  (...args: Args): void =>
    limit(() => holds(...args), patience);

const people = ['ann', 'bob', '~cy'];

/** Members of both wires: somebody who sent some of the events, and somebody who did not. */
export const members: readonly Member[] = [
  { connection: 'ann-1', user: 'ann', wire: 'plain' },
  { connection: 'zoe-1', user: 'zoe', wire: 'plain' },
  { connection: 'nobody', wire: 'plain' },
];

/** What was appended to a room, in order. Some of it twice, as by clients that got no answer. */
export const logsOf = (kind: Kind, { data }: Trying): fc.Arbitrary<readonly Event[]> => {
  const schemas = Object.entries({ ...kind.actions, ...kind.internal });
  const drafts = schemas.map(([type, schema]) =>
    fc.record({
      type: fc.constant(type),
      data: data?.[type] ?? dataOf(schema),
      by: fc.constantFrom(...people),
      again: fc.option(fc.nat(), { freq: 8 }),
    }),
  );
  return fc.array(fc.oneof(...drafts), { maxLength: 25 }).map((sent) => {
    const events: Event[] = [];
    for (const [place, { type, data, by, again }] of sent.entries()) {
      const seq = place + 1;
      const first = again === null ? undefined : events[again % (events.length || 1)];
      const draft = first ?? { id: `id-${seq}`, type, data, by, connection: `${by}-1`, at: 1_750_000_000_000 + seq };
      events.push({ ...draft, seq, ...(first && { retry: true as const }) });
    }
    return events;
  });
};

/** What `refusal` says of an event, and what `fold` makes of it: asked as the fold asks, with nothing caught. */
export const step = (kind: Kind, state: unknown, event: Event) => {
  const refused = kind.refusal(state, event);
  return refused === undefined ? { state: kind.fold(state, event) } : { refused, state };
};

/** Goes through a log event by event, on copies: what one step does to what it was given is no matter of the next. */
export const walk = (
  kind: Kind,
  log: readonly Event[],
  see: (event: Event, before: unknown, after: ReturnType<typeof step>) => void,
): unknown => {
  let state: unknown = copy(kind.initial);
  for (const event of log) {
    const before = copy(state);
    const after = step(kind, copy(state), copy(event));
    see(event, before, after);
    state = copy(after.state);
  }
  return state;
};

/** Whatever is sent. */
export const always = (kind: Kind, trying: Trying, holds: (log: readonly Event[]) => void): void =>
  fc.assert(fc.property(logsOf(kind, trying), inTime(holds)), { numRuns: 60 });
