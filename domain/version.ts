import { type Fault, faultOf } from './fault.ts';
import { asRecorded } from './fold.ts';
import type { Kind } from './kind.ts';
import { alone, type Limit, unlimited } from './limit.ts';

/** By which rules of its kind something was made. */
export interface MadeBy {
  /** The version of the rules; absent for version 1. */
  readonly rules?: number;
  /** A hash of the rules, where they change without a new version: on the machine of who writes them. */
  readonly hash?: string;
}

type Rules = Pick<Kind, 'version' | 'hash'>;

/** The version of a kind's rules. */
export const versionOf = ({ version = 1 }: Rules): number => version;

/** What an envelope says of the rules that the server goes by. */
export const toldRules = ({ version = 1 }: Rules): Pick<MadeBy, 'rules'> => (version > 1 ? { rules: version } : {});

/** What a page says of the rules that make it. */
export const madeBy = ({ hash, ...rules }: Rules): MadeBy => ({
  ...toldRules(rules),
  ...(hash !== undefined && { hash }),
});

/** The same of what was made. */
export const madeByOf = ({ rules, hash }: MadeBy): MadeBy => ({
  ...(rules !== undefined && { rules }),
  ...(hash !== undefined && { hash }),
});

/**
 * Whether a recorded state is one of these rules. A state of any others is one that they may not know what to do with. Where either does
 * not say its hash, the version alone counts.
 */
export const isOf = (kind: Rules, { rules = 1, hash }: MadeBy): boolean =>
  rules === versionOf(kind) && (kind.hash === undefined || hash === undefined || hash === kind.hash);

/** A state of older rules, as these have it; or why there is none. */
export type Upgraded<State> = { readonly state: State } | { readonly fault: Fault };

/** What a state of other rules becomes where the log no longer has the events to fold it afresh of. Total. */
export const upgraded = <State>(
  kind: Kind<State>,
  recorded: unknown,
  { rules = 1 }: MadeBy,
  limit: Limit = unlimited,
): Upgraded<State> => {
  const version = versionOf(kind);
  if (rules === version) return { state: recorded as State };
  const { upgrade } = kind;
  if (!upgrade || rules > version) {
    const lacks = rules > version ? 'rules do not go back' : 'kind has no "upgrade"';
    const message = `The state is of version ${rules} of the rules of ${kind.name}, and these are version ${version}: the events that made it are gone, and the ${lacks}.`;
    return { fault: { message } };
  }
  const giveUp = (fault: Fault): Upgraded<State> => ({ fault });
  return alone<Upgraded<State>>(
    limit,
    () => {
      try {
        return { state: asRecorded(upgrade.call(kind, recorded, rules)) };
      } catch (thrown) {
        return { fault: faultOf(thrown) };
      }
    },
    giveUp,
  );
};
