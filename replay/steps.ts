import { appended, type LoggedEvent } from '../domain/event.ts';
import type { Fault } from '../domain/fault.ts';
import { judge, refold } from '../domain/fold.ts';
import type { Kind } from '../domain/kind.ts';
import type { Stretch } from '../domain/log.ts';
import { frozen } from '../domain/settled.ts';
import type { RoomLog } from './log.ts';
import { base, extentOf, type FoldFault, faultAt, foldOn, requireNext, requireVersion } from './state.ts';
import { pagesToday } from './today.ts';

/** One event of a replay, and the states before and after it. They are the same if it was refused. */
export interface Step<State = unknown> {
  readonly event: LoggedEvent;
  readonly before: State;
  readonly after: State;
  /** When its page was folded, in milliseconds since 1970. */
  readonly committed: number;
  /** Set where the rules fail on it now: it counted then, or was refused as a `fault`. */
  readonly fault?: FoldFault;
}

/** What the rules throw now on an event that was refused because they failed; `undefined` where they don't any more. */
const faultNow = <State>(kind: Kind<State>, state: State, event: LoggedEvent): Fault | undefined => {
  // They would go on for ever here, too.
  if (event.endless) return { message: 'They did not end in time.' };
  const verdict = judge(kind, frozen(state), appended(event));
  return verdict.refused === undefined ? undefined : verdict.fault;
};

/**
 * Event by event, with what each made of the state. Throws as `stateAt` does, for the version before the first step too:
 * where old pages are gone, steps can begin right after the first checkpoint left.
 */
export async function* steps<State>(
  log: RoomLog,
  kind: Kind<State>,
  stretch: Stretch = {},
): AsyncGenerator<Step<State>> {
  const extent = await extentOf(log);
  const { from = 1, to = extent.last } = stretch;
  await requireVersion(log, from);
  await requireVersion(log, to);
  let { version, state } = await foldOn(log, kind, await base(log, kind, from - 1), from - 1);
  // The first page may begin before `from`: its earlier events are in the state already.
  let inside = true;
  for await (const page of pagesToday(log, kind, { from, to })) {
    if (!inside || page.from > from) requireNext(page, version);
    inside = false;
    for (const event of page.events) {
      if (event.seq < from) continue;
      if (event.seq > to) return;
      const before = state;
      let fault = event.refused === 'fault' ? faultNow(kind, before, event) : undefined;
      const onFault = (_: LoggedEvent, found: Fault) => {
        fault = found;
      };
      state = refold(kind, state, [event], { onFault });
      yield { event, before, after: state, committed: page.at, ...(fault && { fault: faultAt(event, fault) }) };
    }
    version = page.to;
  }
}
