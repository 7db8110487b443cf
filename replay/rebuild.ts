import type { LoggedEvent } from '../domain/event.ts';
import type { Fault } from '../domain/fault.ts';
import { refold } from '../domain/fold.ts';
import type { Kind } from '../domain/kind.ts';
import { isOf } from '../domain/version.ts';
import { ReplayError } from './errors.ts';
import type { RoomLog } from './log.ts';
import { sameJson } from './same.ts';
import { earliest, type FoldFault, faultAt, requireNext } from './state.ts';
import { pagesToday } from './today.ts';

/** A recorded state that is not what the rules now make of the room's events. */
export interface Correction<State = unknown> {
  readonly room: string;
  /** The `from` of its page. */
  readonly from: number;
  readonly version: number;
  readonly recorded: State;
  readonly state: State;
}

/**
 * Folds a room afresh, after a bug in `fold` was mended, and gives the recorded states that have to be others, in order.
 * Refusals stay as they were. Where old pages are gone, the first state left can't be checked and is believed. An event on
 * which `fold` throws leaves the state as it is and is told to `onFault`. Throws as `stateAt` does, and `broken-log` where a page can't be read.
 */
export async function* corrections<State>(
  log: RoomLog,
  kind: Kind<State>,
  onFault?: (fault: FoldFault) => void,
): AsyncGenerator<Correction<State>> {
  const start = await earliest(log, kind);
  let { version, state, upgraded = false } = start;
  const told = (event: LoggedEvent, fault: Fault) => onFault?.(faultAt(event, fault));
  for await (const page of pagesToday(log, kind, { from: version + 1 }, told)) {
    requireNext(page, version);
    if (page.unreadable !== undefined && page.events.length === 0)
      throw new ReplayError('broken-log', `${page.unreadable} Without its events all later states would be wrong.`);
    state = refold(kind, state, page.events, { onFault: told });
    version = page.to;
    // What other rules recorded is right as theirs, and read by nobody else.
    if (!('state' in page) || !isOf(kind, page)) continue;
    if (upgraded) {
      // It may follow from events that are gone by now, and is believed.
      [state, upgraded] = [page.state as State, false];
      continue;
    }
    if (!sameJson(state, page.state))
      yield { room: log.room, from: page.from, version, recorded: page.state as State, state };
  }
}
