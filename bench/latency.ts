import type { Arrival } from './clients.ts';

/** An action that came back to the client that sent it. */
export interface Return {
  /** From the time that the action was due to that at which it was shown. */
  readonly ms: number;
  /** When it was shown, in ms of `performance.now()`. */
  readonly at: number;
}

/**
 * When each action of a client was shown to it: with the first message that brought it to the action's event or past it.
 * Actions that were not shown in the end are left out.
 * @param due when each action was due, in ms of `performance.now()`, in order
 * @param seqs the place in the room's log of each, in order
 * @param arrivals what the client was shown, each version higher than the one before
 */
export const returnsOf = (
  due: readonly number[],
  seqs: readonly number[],
  arrivals: readonly Arrival[],
): readonly Return[] => {
  let shown = 0;
  return seqs.flatMap((seq, nth) => {
    while (shown < arrivals.length && (arrivals[shown]?.version ?? 0) < seq) shown += 1;
    const [began, arrival] = [due[nth], arrivals[shown]];
    return began === undefined || arrival === undefined ? [] : [{ ms: arrival.at - began, at: arrival.at }];
  });
};

/** How many actions a second came back. It equals the rate at which they were sent, unless the system falls behind. */
export const returnRate = (returns: readonly Return[]): number => {
  const times = returns.map(({ at }) => at);
  return returns.length / ((Math.max(...times) - Math.min(...times)) / 1000);
};
