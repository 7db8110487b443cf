/** A stop of an event on its way. Times are in milliseconds. */
export interface Stop {
  readonly name: 'received' | 'appended' | 'committed' | 'delivered';
  /** Since 1970; absent where nobody noted it. */
  readonly at?: number;
  /** Since the stop before it of which the time is known. */
  readonly since?: number;
}

/** The times of an event, in milliseconds since 1970. */
export interface Times {
  readonly received: number;
  readonly appended?: number | undefined;
  readonly committed?: number | undefined;
  readonly delivered?: number | undefined;
}

/** The stops of an event, in order. The clocks of several machines may disagree by some milliseconds: a step can be negative. */
export const wayOf = (times: Times): readonly Stop[] => {
  let before: number | undefined;
  return (['received', 'appended', 'committed', 'delivered'] as const).map((name) => {
    const at = times[name];
    if (at === undefined) return { name };
    const stop = { name, at, ...(before !== undefined && { since: at - before }) };
    before = at;
    return stop;
  });
};
