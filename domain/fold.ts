import type { Event, LoggedEvent } from './event.ts';
import { type Fault, faultOf } from './fault.ts';
import type { Kind } from './kind.ts';
import { alone, type Limit, unlimited, within } from './limit.ts';
import { maxStateBytes } from './limits.ts';
import { frozen, settled } from './settled.ts';
import { sizeOf } from './size.ts';

/** What an event did: the state after it, and that state's JSON if it is another than before; or why it was refused. */
export type Verdict<State> =
  | { readonly refused: string; readonly fault?: Fault }
  | { readonly refused?: never; readonly state: State; readonly json?: string };

/** The longest reason that a rule may give, in characters: it is kept with the event. */
const longestReason = 1_000;

const requireReason = (refused: unknown): string => {
  if (typeof refused === 'string' && refused.length <= longestReason) return refused;
  throw new TypeError(`A refusal is a text of ${longestReason} characters at most, or undefined.`);
};

/** A state as the log would have it. Throws where it is no JSON value, or larger than a room's state may be. */
export const asRecorded = <State>(made: State): State => {
  const { state, json } = settled(made);
  if (sizeOf(json) > maxStateBytes) throw new RangeError(`A state has ${maxStateBytes / 1024} KB at most.`);
  return state;
};

/** The state after an event that was not refused. */
const foldOne = <State>(kind: Kind<State>, state: State, event: Event): { state: State; json?: string } => {
  const made = kind.fold(state, event);
  // It is frozen: what is the same is unchanged.
  return made === state ? { state } : settled(made);
};

/**
 * Judges an event that was just appended, and folds it when nothing speaks against it. Total: rules that throw, and a state
 * that is no JSON value, are the refusal `fault`, a state that grew too large is `state-too-large`, and the state stays as it
 * was. `state` is a frozen one: what `beginning`, `refold` or this gave.
 */
export const judge = <State>(kind: Kind<State>, state: State, event: Event): Verdict<State> => {
  try {
    const refused = kind.refusal(state, frozen(event));
    if (refused !== undefined) return { refused: requireReason(refused) };
    const after = foldOne(kind, state, event);
    return sizeOf(after.json ?? '') > maxStateBytes ? { refused: 'state-too-large' } : after;
  } catch (thrown) {
    return { refused: 'fault', fault: faultOf(thrown) };
  }
};

export interface Refolding {
  /** Told of each event on which `fold` fails now: it leaves the state as it is. */
  readonly onFault?: (event: LoggedEvent, fault: Fault) => void;
  /** How long the rules may take; as long as they like unless given. */
  readonly limit?: Limit;
}

type Refold<State> = { readonly state: State } | { readonly fault: Fault };

const refoldOne = <State>(kind: Kind<State>, state: State, event: LoggedEvent): Refold<State> => {
  try {
    return foldOne(kind, state, frozen(event));
  } catch (thrown) {
    return { fault: faultOf(thrown) };
  }
};

/**
 * Folds events that were judged when they were committed: refused ones are passed over, `refusal` is not asked again. So
 * rules can change, and an old log still gives its old state.
 */
export const refold = <State>(
  kind: Kind<State>,
  from: State,
  events: Iterable<LoggedEvent>,
  { onFault, limit = unlimited }: Refolding = {},
): State => {
  const counted = Array.from(events).filter(({ refused }) => refused === undefined);
  const foldAll = (one: (state: State, event: LoggedEvent) => Refold<State>) => {
    const faults: [LoggedEvent, Fault][] = [];
    let state = frozen(from);
    for (const event of counted) {
      const made = one(state, event);
      if ('fault' in made) faults.push([event, made.fault]);
      else ({ state } = made);
    }
    return { state, faults };
  };
  const { state, faults } = within(
    limit,
    () => foldAll((before, event) => refoldOne(kind, before, event)),
    () =>
      foldAll((before, event) => {
        const giveUp = (fault: Fault): Refold<State> => ({ fault });
        return alone(limit, () => refoldOne(kind, before, event), giveUp);
      }),
  );
  for (const [event, fault] of faults) onFault?.(event, fault);
  return state;
};
