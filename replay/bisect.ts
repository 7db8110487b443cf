import type { LoggedEvent } from '../domain/event.ts';
import type { Kind } from '../domain/kind.ts';
import { isOf } from '../domain/version.ts';
import type { RoomLog } from './log.ts';
import { earliest, extentOf, type Moment, stateAt } from './state.ts';
import { steps } from './steps.ts';

/** A question about a state. It may be asynchronous, as one is that runs in a sandbox. What it throws is passed on. */
export type Predicate<State> = (state: State, version: number) => boolean | Promise<boolean>;

/** Where a predicate becomes true. */
export interface Bisected<State = unknown> extends Moment<State> {
  readonly room: string;
  /**
   * `event`: this event made it true. `record`: the state recorded at this version is one of which it is true, but folding the
   * events since `before` does not lead there: the rules have changed since, or the record was altered. `start`: it is true
   * of the earliest state that there is.
   */
  readonly by: 'event' | 'record' | 'start';
  readonly event?: LoggedEvent;
  /** The last moment at which it was seen to be false. */
  readonly before?: Moment<State>;
}

/**
 * The first version at which a predicate is true; `undefined` if it is not true of the newest state. Halves over recorded
 * states, then folds the one stretch that is left. It takes the predicate for one that stays true once it is: where it comes
 * and goes, the result is one place at which it became true, and not always the first. Recorded states are believed, so a bug
 * that was in the rules when they were written is found where it set in. Throws as `stateAt` does.
 */
export const bisect = async <State>(
  log: RoomLog,
  kind: Kind<State>,
  predicate: Predicate<State>,
): Promise<Bisected<State> | undefined> => {
  const { room } = log;
  const start = await earliest(log, kind);
  if (await predicate(start.state, start.version)) return { room, ...start, by: 'start' };
  const { last } = await extentOf(log);
  const end = await stateAt(log, kind, last);
  if (!(await predicate(end.state, last))) return undefined;

  let [no, yes]: [Moment<State>, Moment<State>] = [start, end];
  // There is no recorded state between `no` and `empty`, and a page is about `span` events long.
  let [empty, span] = [no.version, 1];
  while (yes.version - empty > span) {
    const middle = Math.floor((empty + yes.version) / 2);
    const checkpoint = await log.checkpoint(middle);
    const below = empty;
    empty = middle;
    // A question about today's states is none about those of other rules.
    if (!checkpoint || checkpoint.version <= no.version || !isOf(kind, checkpoint)) continue;
    span = checkpoint.version - checkpoint.from + 1;
    const moment = { version: checkpoint.version, state: checkpoint.state as State };
    if (await predicate(moment.state, moment.version)) {
      yes = moment;
      empty = below;
    } else no = moment;
  }

  let before = no;
  for await (const { event, after } of steps(log, kind, { from: no.version + 1, to: yes.version })) {
    if (event.refused === undefined && (await predicate(after, event.seq)))
      return { room, version: event.seq, state: after, by: 'event', event, before };
    before = { version: event.seq, state: after };
  }
  return { room, ...yes, by: 'record', before: no };
};

/** The first version at which a predicate is true, asked at every version from the first on: for one that turns true and false again. Throws as `stateAt` does. */
export const firstTrue = async <State>(
  log: RoomLog,
  kind: Kind<State>,
  predicate: Predicate<State>,
): Promise<Bisected<State> | undefined> => {
  const { room } = log;
  const start = await earliest(log, kind);
  if (await predicate(start.state, start.version)) return { room, ...start, by: 'start' };
  if (start.version === (await extentOf(log)).last) return undefined;
  for await (const { event, before, after } of steps(log, kind, { from: start.version + 1 })) {
    const version = event.seq;
    if (event.refused === undefined && (await predicate(after, version)))
      return { room, version, state: after, by: 'event', event, before: { version: version - 1, state: before } };
  }
  return undefined;
};
