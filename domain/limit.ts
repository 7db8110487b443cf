import { type Fault, faultOf } from './fault.ts';

/** Runs work and returns what it does. Throws when it does not end within so many milliseconds. */
export type Limit = <T>(work: () => T, ms: number) => T;

/** Waits as long as it takes: for where whoever waits can end it. */
export const unlimited: Limit = (work) => work();

/**
 * How long rules may take, in milliseconds: with all that is to be done at once, and then, if that was not enough, with one part
 * of it alone. Together less than the two seconds in which a sender hears that an event was given up.
 */
const patience = { together: 600, alone: 800 };

/**
 * Does something at once, within its time, since a limit has a price (0.1 ms: a thread that keeps the time). If the time is over,
 * `carefully` does it again from the start: part by part, each of them `alone`. Work that throws by itself does so again there.
 */
export const within = <T>(limit: Limit, atOnce: () => T, carefully: (fault: Fault) => T): T => {
  try {
    return limit(atOnce, patience.together);
  } catch (thrown) {
    return carefully(faultOf(thrown));
  }
};

/** A part of what took too long: itself within its time, or else what `giveUp` makes of it. */
export const alone = <T>(limit: Limit, work: () => T, giveUp: (fault: Fault) => T): T => {
  try {
    return limit(work, patience.alone);
  } catch (thrown) {
    return giveUp(faultOf(thrown));
  }
};
