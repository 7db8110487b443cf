import { appended, type LoggedEvent } from '../domain/event.ts';
import type { Fault } from '../domain/fault.ts';
import { judge } from '../domain/fold.ts';
import type { Kind } from '../domain/kind.ts';
import { alone, type Limit } from '../domain/limit.ts';

/** How an event ends under the rules that are tried. */
export interface Ending<State> {
  readonly refused?: string | undefined;
  readonly fault?: Fault;
  readonly state: State;
}

/** Judges an event that has its verdict once more, and folds it if it counts. */
export const judgeAfresh = <State>(kind: Kind<State>, state: State, event: LoggedEvent): Ending<State> => {
  // A duplicate stays one under any rules, what came too fast stays too fast, and what was not kept can't be judged.
  if (event.first !== undefined || event.omitted || event.refused === 'slow-down')
    return { refused: event.refused ?? 'duplicate', state };
  const verdict = judge(kind, state, appended(event));
  return verdict.refused === undefined ? verdict : { ...verdict, state };
};

/** The same where the rules may not end. */
export const judgeAlone =
  <State>(kind: Kind<State>, limit: Limit) =>
  (state: State, event: LoggedEvent): Ending<State> =>
    alone<Ending<State>>(
      limit,
      () => judgeAfresh(kind, state, event),
      (fault) => ({ refused: 'fault', fault, state }),
    );
