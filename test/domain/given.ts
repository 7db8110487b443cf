import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Event, LoggedEvent } from '../../domain/event.ts';
import type { Kind } from '../../domain/kind.ts';
import { beginning, foldPage, type Latest } from '../../domain/page.ts';

/** An action to append: its type, or its type with data, sender and id. */
type Sent<E extends Event> = E['type'] | (Pick<E, 'type'> & Partial<Pick<E, 'data' | 'by' | 'id'>>);

/** Rules that alter the state they are given would give another state when replayed. */
const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(Object.freeze(value))) freeze(part);
  return value;
};

/** A room of one kind, for tests that read as sentences: what was appended, what became of it. */
class Given<State, E extends Event> {
  private readonly kind: Kind<State, E>;
  private readonly log: readonly LoggedEvent[];
  private readonly latest: Latest<State>;

  constructor(kind: Kind<State, E>, latest: Latest<State>, log: readonly LoggedEvent[]) {
    this.kind = kind;
    this.latest = latest;
    this.log = log;
  }

  /** Appends actions, each with an id of its own unless it has one, and folds them as one batch. */
  events(...sent: readonly Sent<E>[]): Given<State, E> {
    const events = sent.map((action, index): Event => {
      const seq = this.latest.version + index + 1;
      const { type, data = {}, by = 'ann', id = `id-${seq}` } = typeof action === 'string' ? { type: action } : action;
      return { seq, id, type, data, by, connection: `${by}-connection`, at: 1_000 * seq };
    });
    return this.fold(events);
  }

  /** Appends the last action once more, as a client does that got no answer. */
  retry(): Given<State, E> {
    const last = this.log.at(-1);
    if (!last) throw new Error('Append something before sending it again.');
    const { refused: _, first: __, ...event } = last;
    return this.fold([{ ...event, seq: this.latest.version + 1, retry: true }]);
  }

  /** The last event was refused, for this reason. */
  refuses(reason: string): Given<State, E> {
    expect(this.log.at(-1)?.refused).toBe(reason);
    return this;
  }

  /** Nothing so far was refused. */
  accepts(): Given<State, E> {
    expect(this.log.filter((event) => event.refused !== undefined)).toEqual([]);
    return this;
  }

  /** The state is this one. */
  state(expected: State): Given<State, E> {
    expect(this.now).toEqual(expected);
    return this;
  }

  /** The state is none of which this is true. */
  never(wrong: (state: State) => boolean): Given<State, E> {
    expect(wrong(this.now), `of the state ${JSON.stringify(this.now)}`).toBe(false);
    return this;
  }

  /** The state, and it is one that survives the log. */
  get now(): State {
    const { state } = this.latest;
    expect(isDeepStrictEqual(JSON.parse(JSON.stringify(state)), state), 'the state is a JSON value').toBe(true);
    return state;
  }

  private fold(events: readonly Event[]): Given<State, E> {
    const folding = { room: `${this.kind.name}/room`, kind: this.kind as Kind<State>, events: freeze(events), at: 0 };
    const folded = foldPage({ ...folding, epoch: 'e', latest: freeze(this.latest) });
    if (!folded) return this;
    return new Given(this.kind, folded.latest, [...this.log, ...folded.page.events]);
  }
}

/** A room of a kind, before anything was appended. */
export const given = <State, E extends Event>(kind: Kind<State, E>): Given<State, E> =>
  new Given(kind, beginning(kind as Kind<State>), []);
