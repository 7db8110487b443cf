import { type Fault, faultOf } from './fault.ts';
import type { Kind } from './kind.ts';
import { type Limit, within } from './limit.ts';
import { maxPostBytes } from './limits.ts';

/** How rules are run beside the fold: in so much time, and somebody is told what they throw. */
export interface Guard {
  readonly limit: Limit;
  readonly onFault: (fault: Fault) => void;
}

/** A kind whose members on the plain wire are sent nothing, and whose actions make nobody a member. */
const silent = <State>(kind: Kind<State>): Kind<State> => ({ ...kind, plain: () => [], joins: () => false });

const requireTexts = (made: readonly string[]): readonly string[] => {
  if (!Array.isArray(made) || !made.every((text) => typeof text === 'string'))
    throw new TypeError('What plain members are sent is a list of texts.');
  // Nobody could be posted it, and what can't be queued would hold up the room for good.
  if (made.some((text) => text.length > maxPostBytes))
    throw new RangeError(`A text to a plain member has more than ${maxPostBytes / 1024} KB.`);
  return made;
};

/**
 * Does work that asks the rules of a kind whom to tell what. Where `plain` or `joins` throws it gives nothing for that one member or
 * event; where they don't end in time, for none. The first fault is told.
 */
export const guarded = <State, T>(kind: Kind<State>, { limit, onFault }: Guard, work: (kind: Kind<State>) => T): T => {
  let fault: Fault | undefined;
  const caught =
    <Args extends readonly unknown[], R>(rule: (...args: Args) => R, nothing: R) =>
    (...args: Args): R => {
      try {
        return rule(...args);
      } catch (thrown) {
        fault ??= faultOf(thrown);
        return nothing;
      }
    };
  const careful: Kind<State> = {
    ...kind,
    plain: caught((...args) => requireTexts(kind.plain(...args)), []),
    joins: caught((event) => kind.joins?.(event) === true, false),
  };
  const outcome = within(
    limit,
    () => work(careful),
    (late) => {
      fault = late;
      return work(silent(kind));
    },
  );
  if (fault) onFault(fault);
  return outcome;
};
