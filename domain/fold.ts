import type { Event, LoggedEvent } from './event.ts';
import type { Kind } from './kind.ts';
import { maxStateBytes } from './limits.ts';
import { sizeOf } from './size.ts';

/** What an event did: the state after it and that state's JSON, or why it was refused. */
export type Verdict<State> =
  | { readonly refused: string }
  | { readonly refused?: never; readonly state: State; readonly json: string };

/**
 * Judges an event that was just appended, and folds it when nothing speaks against it. Total: rules that throw are the
 * refusal `fault`, a state that grew too large is `state-too-large`, and the state stays as it was.
 */
export const judge = <State>(kind: Kind<State>, state: State, event: Event): Verdict<State> => {
  try {
    const refused = kind.refusal(state, event);
    if (refused !== undefined) return { refused };
    const next = kind.fold(state, event);
    const json = JSON.stringify(next);
    return sizeOf(json) > maxStateBytes ? { refused: 'state-too-large' } : { state: next, json };
  } catch {
    return { refused: 'fault' };
  }
};

/**
 * Folds events that were judged when they were committed: refused ones are passed over, `refusal` is not asked again. So
 * rules can change, and an old log still gives its old state. An event on which `fold` throws leaves the state as it is
 * and is reported to `onFault`.
 */
export const refold = <State>(
  kind: Kind<State>,
  from: State,
  events: Iterable<LoggedEvent>,
  onFault?: (event: LoggedEvent, cause: unknown) => void,
): State => {
  let state = from;
  for (const event of events) {
    if (event.refused !== undefined) continue;
    try {
      state = kind.fold(state, event);
    } catch (cause) {
      onFault?.(event, cause);
    }
  }
  return state;
};
