import type { Event } from './event.ts';
import { judge } from './fold.ts';
import type { Kind } from './kind.ts';
import { frozen } from './settled.ts';

/** An action that nobody has judged yet, and who sent it. */
export type Unjudged = Pick<Event, 'id' | 'type' | 'data' | 'by' | 'connection' | 'at'>;

/**
 * The state that will be, should all of these count, by the rules that the server has too. What they would refuse is left out: it is sent
 * all the same, for the server may know more.
 */
export const predict = (
  kind: Kind,
  known: { readonly state: unknown; readonly version: number },
  actions: readonly Unjudged[],
): unknown => {
  let [state, seq] = [frozen(known.state), known.version];
  for (const action of actions) {
    seq += 1;
    const verdict = judge(kind, state, { ...action, seq });
    if (verdict.refused === undefined) state = verdict.state;
  }
  return state;
};
