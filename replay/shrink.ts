import { appended, type LoggedEvent } from '../domain/event.ts';
import { judge } from '../domain/fold.ts';
import type { Kind } from '../domain/kind.ts';
import type { Predicate } from './bisect.ts';
import { ReplayError } from './errors.ts';
import type { RoomLog } from './log.ts';
import { earliest } from './state.ts';
import { steps } from './steps.ts';

/** The shortest sequence of events that was found to make something true. */
export interface Shrunk<State = unknown> {
  readonly events: readonly LoggedEvent[];
  /** What they make of the state that all began with. */
  readonly state: State;
  /** How many sequences were tried. */
  readonly tries: number;
}

/** A state is kept for each so many events, to go on from. */
const every = 256;

/**
 * Delta debugging over a log. `start`: the state before the first event. Resolves with a sequence of which no event can be left out, in the
 * order of the log; `undefined` where the predicate is not true after all of them. Every event is judged and folded by these rules; what they
 * refuse changes nothing.
 *
 * A sequence that is tried is a beginning of the log and the few events after it that are known to be needed. So the last event that is
 * needed is found by halving, then the last one before it, and so on: tries go with the logarithm of the log, and each folds a few hundred
 * events. Whatever the predicate, what is kept makes it true.
 */
export const shrink = async <State>(
  kind: Kind<State>,
  start: State,
  events: readonly LoggedEvent[],
  predicate: Predicate<State>,
): Promise<Shrunk<State> | undefined> => {
  let tries = 0;
  const after = (state: State, more: readonly LoggedEvent[]): State => {
    let now = state;
    for (const event of more) {
      const verdict = judge(kind, now, appended(event));
      if (verdict.refused === undefined) now = verdict.state;
    }
    return now;
  };
  const holds = async (state: State, more: readonly LoggedEvent[]): Promise<boolean> => {
    tries += 1;
    return predicate(after(state, more), more.at(-1)?.seq ?? 0);
  };

  const kept: State[] = [start];
  for (let from = 0; from + every <= events.length; from += every)
    kept.push(after(kept.at(-1) as State, events.slice(from, from + every)));
  /** Whether it is true after the first so many events and those that are needed after them. */
  const holdsAfter = (count: number, needed: readonly LoggedEvent[]): Promise<boolean> => {
    const place = Math.floor(count / every);
    return holds(kept[place] as State, [...events.slice(place * every, count), ...needed]);
  };

  let needed: readonly LoggedEvent[] = [];
  let count = events.length;
  if (!(await holdsAfter(count, needed))) return undefined;
  while (!(await holdsAfter(0, needed))) {
    let no = 0;
    while (count - no > 1) {
      const middle = Math.floor((no + count) / 2);
      if (await holdsAfter(middle, needed)) count = middle;
      else no = middle;
    }
    needed = [events[count - 1] as LoggedEvent, ...needed];
    count -= 1;
  }

  for (let size = Math.ceil(needed.length / 2); size > 0 && needed.length > 0; ) {
    let isShorter = false;
    for (let from = 0; from < needed.length; ) {
      const rest = [...needed.slice(0, from), ...needed.slice(from + size)];
      if (await holds(start, rest)) {
        needed = rest;
        isShorter = true;
      } else from += size;
    }
    // One more round of the smallest: what was needed for an event that is gone is needed no longer.
    if (size > 1) size = Math.ceil(size / 2);
    else if (!isShorter) size = 0;
  }
  return { events: needed, state: after(start, needed), tries };
};

/**
 * The fewest events of a room that make a predicate true of the version `at`. Throws `gone` where its log begins with a recorded state, and
 * otherwise as `stateAt` does.
 */
export const shrinkRoom = async <State>(
  log: RoomLog,
  kind: Kind<State>,
  at: number,
  predicate: Predicate<State>,
): Promise<{ readonly shrunk: Shrunk<State> | undefined; readonly of: number }> => {
  const start = await earliest(log, kind);
  if (start.version > 0)
    throw new ReplayError(
      'gone',
      `The log of ${log.room} begins with the state at version ${start.version}: what made that is gone, and a test could not begin with it.`,
    );
  const events: LoggedEvent[] = [];
  for await (const { event } of steps(log, kind, { to: at })) if (event.refused === undefined) events.push(event);
  return { shrunk: await shrink(kind, start.state, events, predicate), of: events.length };
};
