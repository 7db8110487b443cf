import type { LoggedEvent } from '../domain/event.ts';
import type { Fault } from '../domain/fault.ts';
import type { Kind } from '../domain/kind.ts';
import { type Limit, unlimited, within } from '../domain/limit.ts';
import { frozen } from '../domain/settled.ts';
import { upcastPage } from '../domain/upcast.ts';
import { versionOf } from '../domain/version.ts';
import { type Ending, judgeAfresh, judgeAlone } from './judge-afresh.ts';
import type { RoomLog } from './log.ts';
import { sameJson } from './same.ts';
import { earliest, requireNext } from './state.ts';

/** The first event of a log that edited rules end otherwise than the rules before the edit. */
export interface Otherwise {
  readonly version: number;
  /** `state`: it counts or not as before, and another state comes of it. */
  readonly what: 'verdict' | 'state';
  /** By the edited rules; `undefined`: it counts. */
  readonly refused?: string | undefined;
  /** What the edited rules throw, where they do: `refused` is `fault`. */
  readonly fault?: Fault | undefined;
}

/** One of the two rules on their way through a log. */
interface Way {
  readonly kind: Kind;
  state: unknown;
}

type Judge = (state: unknown, event: LoggedEvent) => Ending<unknown>;

const go = (way: Way, events: readonly LoggedEvent[], judge: Judge): readonly Ending<unknown>[] =>
  events.map((event) => {
    const ending = judge(way.state, event);
    way.state = ending.state;
    return ending;
  });

/**
 * Judges and folds a log by the rules before an edit and by those after it, and finds the first event that ends otherwise: what the edit
 * does, whatever the log says of rules that were even older. States of two versions of the rules are never the same: of these only verdicts are
 * compared. Rules that fail, or that a `limit` ends, refuse an event as `fault`. `isOver` is asked before each page, and ends it without an
 * answer. Throws as `stateAt` does.
 */
export const firstOtherwise = async (
  log: RoomLog,
  before: Kind,
  after: Kind,
  { limit = unlimited, isOver = () => false }: { readonly limit?: Limit; readonly isOver?: () => boolean } = {},
): Promise<Otherwise | undefined> => {
  const starts = [await earliest(log, before), await earliest(log, after)] as const;
  const [old, edited]: readonly [Way, Way] = [
    { kind: before, state: frozen(starts[0].state) },
    { kind: after, state: frozen(starts[1].state) },
  ];
  const areStates = versionOf(before) === versionOf(after);
  const isSame = (was: Ending<unknown>, now: Ending<unknown>): boolean => was.refused === now.refused;
  let version = Math.max(...starts.map((start) => start.version));

  for await (const page of log.pages({ from: version + 1 })) {
    if (isOver()) return undefined;
    requireNext(page, version);
    version = page.to;
    const from = [old.state, edited.state];
    const events = [upcastPage(before, page).events, upcastPage(after, page).events] as const;
    const isAllSame = within(
      limit,
      () => {
        const was = go(old, events[0], (state, event) => judgeAfresh(before, state, event));
        const now = go(edited, events[1], (state, event) => judgeAfresh(after, state, event));
        return (
          was.every((ending, at) => isSame(ending, now[at] as Ending<unknown>)) &&
          (!areStates || sameJson(old.state, edited.state))
        );
      },
      () => false,
    );
    if (isAllSame) continue;
    // Somewhere in this page.
    [old.state, edited.state] = from;
    for (const [at, event] of page.events.entries()) {
      const [was] = go(old, events[0].slice(at, at + 1), judgeAlone(before, limit));
      const [now] = go(edited, events[1].slice(at, at + 1), judgeAlone(after, limit));
      if (!was || !now) continue;
      const what = isSame(was, now) ? 'state' : 'verdict';
      if (what === 'verdict' || (areStates && !sameJson(was.state, now.state)))
        return { version: event.seq, what, refused: now.refused, fault: now.fault };
    }
  }
  return undefined;
};
