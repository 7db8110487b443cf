import { refold } from '../domain/fold.ts';
import type { Kind } from '../domain/kind.ts';
import { ReplayError } from './errors.ts';
import type { RoomLog } from './log.ts';
import { sameJson } from './same.ts';
import { earliest, type FoldFault, faultAt, requireNext } from './state.ts';

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
  let { version, state } = await earliest(log, kind);
  for await (const page of log.pages({ from: version + 1 })) {
    requireNext(page, version);
    if (page.unreadable !== undefined && page.events.length === 0)
      throw new ReplayError('broken-log', `${page.unreadable} Without its events all later states would be wrong.`);
    state = refold(kind, state, page.events, { onFault: (event, fault) => onFault?.(faultAt(event, fault)) });
    version = page.to;
    if ('state' in page && !sameJson(state, page.state))
      yield { room: log.room, from: page.from, version, recorded: page.state as State, state };
  }
}
