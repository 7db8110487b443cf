import type { LoggedEvent } from '../domain/event.ts';
import { judge, refold } from '../domain/fold.ts';
import type { Kind } from '../domain/kind.ts';
import type { RoomLog } from './log.ts';
import { sameState } from './same.ts';
import { earliest, extentOf, requireNext, stateAt } from './state.ts';

/** The first place at which other rules give another result than the log. */
export type Parting<State = unknown> =
  /** The event counted and would be refused, or the other way round, or for another reason. `undefined`: it counts. */
  | {
      readonly what: 'verdict';
      readonly version: number;
      readonly event: LoggedEvent;
      readonly was: string | undefined;
      readonly now: string | undefined;
      /** The state before the event, under the rules that are tried. */
      readonly before: State;
    }
  /** The event counts as before and makes another state. */
  | {
      readonly what: 'state';
      readonly version: number;
      readonly event: LoggedEvent;
      readonly was: State;
      readonly now: State;
      readonly before: State;
    }
  /** The recorded state at `version` would be another, because of one of the events from `from` on. Only the old rules could tell which. */
  | {
      readonly what: 'checkpoint';
      readonly from: number;
      readonly version: number;
      readonly was: State;
      readonly now: State;
    };

/** What other rules would have made of a log. */
export interface WhatIf<State = unknown> {
  readonly room: string;
  /** Judged and folded from here on: later than 1 where a log retention took old pages. */
  readonly from: number;
  readonly to: number;
  readonly events: number;
  /** Events that would have another verdict. */
  readonly verdicts: number;
  readonly first?: Parting<State>;
  /** The state at the end as it is, and as it would be. */
  readonly was: State;
  readonly now: State;
  readonly same: boolean;
}

const judgeAfresh = <State>(
  kind: Kind<State>,
  state: State,
  event: LoggedEvent,
): { refused?: string; state: State } => {
  // A duplicate stays one under any rules.
  if (event.first !== undefined) return { refused: event.refused ?? 'duplicate', state };
  const { refused: _, ...appended } = event;
  const verdict = judge(kind, state, appended);
  return verdict.refused === undefined ? { state: verdict.state } : { refused: verdict.refused, state };
};

/** The first event that `kind` judges or folds otherwise than `old` did. Both begin with the same state. */
const partingEvent = <State>(
  kind: Kind<State>,
  old: Kind<State>,
  state: State,
  events: readonly LoggedEvent[],
): Parting<State> | undefined => {
  for (const event of events) {
    const { refused, state: now } = judgeAfresh(kind, state, event);
    const place = { version: event.seq, event, before: state };
    if (refused !== event.refused) return { what: 'verdict', ...place, was: event.refused, now: refused };
    const was = refold(old, state, [event]);
    if (!sameState(now, was)) return { what: 'state', ...place, was, now };
    state = now;
  }
  return undefined;
};

/**
 * Judges and folds a whole log afresh, with rules that are to be tried: unlike everywhere else `refusal` is asked again. It
 * finds the first event with another verdict. An event that counts as before but makes another state is found only with `old`,
 * the rules that the log was written with; without them, the next checkpoint shows that there is one. Throws as `stateAt` does.
 */
export const whatIf = async <State>(log: RoomLog, kind: Kind<State>, old?: Kind<State>): Promise<WhatIf<State>> => {
  const { room } = log;
  const { last } = await extentOf(log);
  const start = await earliest(log, kind);
  let { version, state } = start;
  let first: Parting<State> | undefined;
  let [events, verdicts] = [0, 0];
  // The events since the last recorded state that is the same under both: the old rules go through them to find the one.
  let stretch: LoggedEvent[] = [];
  let agreed = start;
  const named = (found: Parting<State>): Parting<State> =>
    (old && partingEvent(kind, old, agreed.state, stretch)) ?? found;

  for await (const page of log.pages({ from: version + 1 })) {
    requireNext(page, version);
    for (const event of page.events) {
      events += 1;
      const before = state;
      const { refused, state: next } = judgeAfresh(kind, before, event);
      state = next;
      if (!first && old) stretch.push(event);
      if (refused === event.refused) continue;
      verdicts += 1;
      first ??= named({ what: 'verdict', version: event.seq, event, was: event.refused, now: refused, before });
    }
    version = page.to;
    if (first || !('state' in page)) continue;
    const was = page.state as State;
    if (sameState(state, was)) agreed = { version, state };
    else first = named({ what: 'checkpoint', from: agreed.version + 1, version, was, now: state });
    stretch = [];
  }
  // The events after the last recorded state have not been compared yet.
  if (!first && old) first = partingEvent(kind, old, agreed.state, stretch);
  const { state: was } = await stateAt(log, old ?? kind, last);
  const same = sameState(state, was);
  return { room, from: start.version + 1, to: last, events, verdicts, ...(first && { first }), was, now: state, same };
};
