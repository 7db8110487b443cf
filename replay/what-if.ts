import type { LoggedEvent } from '../domain/event.ts';
import type { Fault } from '../domain/fault.ts';
import { refold } from '../domain/fold.ts';
import type { Kind } from '../domain/kind.ts';
import { type Limit, unlimited, within } from '../domain/limit.ts';
import type { Page } from '../domain/page.ts';
import { frozen } from '../domain/settled.ts';
import { isOf, versionOf } from '../domain/version.ts';
import { type Ending, judgeAfresh, judgeAlone } from './judge-afresh.ts';
import type { RoomLog } from './log.ts';
import { sameJson } from './same.ts';
import { earliest, extentOf, requireNext, stateAt } from './state.ts';
import { pagesToday } from './today.ts';

/** The first place at which other rules give another result than the log. */
export type Parting<State = unknown> =
  /** The event counted and would be refused, or the other way round, or for another reason. `undefined`: it counts. */
  | {
      readonly what: 'verdict';
      readonly version: number;
      readonly event: LoggedEvent;
      readonly was: string | undefined;
      readonly now: string | undefined;
      /** What the rules throw, where they do: `now` is `fault`. */
      readonly fault?: Fault;
      /** The state before the event, under the rules that are tried. */
      readonly before: State;
    }
  /** The event counts as before and makes another state. */
  | {
      readonly what: 'state';
      readonly version: number;
      readonly event: LoggedEvent;
      readonly was: State;
      readonly now: State;
      readonly before: State;
    }
  /** The recorded state at `version` would be another, because of one of the events from `from` on. Only the old rules could tell which. */
  | {
      readonly what: 'checkpoint';
      readonly from: number;
      readonly version: number;
      readonly was: State;
      readonly now: State;
    };

/** What other rules would have made of a log. */
export interface WhatIf<State = unknown> {
  readonly room: string;
  /** Judged and folded from here on: later than 1 where a log retention took old pages. */
  readonly from: number;
  readonly to: number;
  readonly events: number;
  /** Events that would have another verdict. */
  readonly verdicts: number;
  /** Refused events that stay refused, since their data was not kept. */
  readonly omitted: number;
  readonly first?: Parting<State>;
  /** The state at the end as it is, and as it would be. */
  readonly was: State;
  readonly now: State;
  readonly same: boolean;
}

/** Judges and folds events in order. The first of them with another verdict is the `parting`. */
const judgeAll = <State>(
  events: readonly LoggedEvent[],
  from: State,
  judgeOne: (state: State, event: LoggedEvent) => Ending<State>,
) => {
  let state = from;
  let verdicts = 0;
  let parting: Parting<State> | undefined;
  for (const event of events) {
    const before = state;
    const { refused: now, fault, state: next } = judgeOne(before, event);
    state = next;
    if (now === event.refused) continue;
    verdicts += 1;
    parting ??= {
      what: 'verdict',
      version: event.seq,
      event,
      was: event.refused,
      now,
      ...(fault && { fault }),
      before,
    };
  }
  return { state, verdicts, parting };
};

/** Events that are judged within one time: to keep it costs a thread, as much as a dozen events of simple rules do. */
const together = 200;

/** Pages by the batch, or one by one for as long as `isAlone` says so. */
async function* batches<State>(
  pages: AsyncIterable<Page<State>>,
  isAlone: () => boolean,
): AsyncGenerator<readonly Page<State>[]> {
  let batch: Page<State>[] = [];
  let events = 0;
  for await (const page of pages) {
    batch.push(page);
    events += page.events.length;
    if (events < together && !isAlone()) continue;
    yield batch;
    [batch, events] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** Judges pages in order, each from where the one before ended. */
const judgePages = <State>(kind: Kind<State>, pages: readonly Page<State>[], from: State, limit: Limit) => {
  const one = (state: State, { events }: Page<State>) =>
    judgeAll(events, state, (each, event) => judgeAfresh(kind, each, event));
  const oneLimited = (state: State, page: Page<State>) =>
    within(
      limit,
      () => one(state, page),
      () => judgeAll(page.events, state, judgeAlone(kind, limit)),
    );
  const all = (judge: typeof one) => {
    let state = from;
    return pages.map((page) => {
      const judged = judge(state, page);
      state = judged.state;
      return { page, ...judged };
    });
  };
  return within(
    limit,
    () => all(one),
    () => all(oneLimited),
  );
};

/** The first event that `kind` judges or folds otherwise than `old` did. Both begin with the same state. */
const partingEvent = <State>(
  kind: Kind<State>,
  old: Kind<State>,
  state: State,
  events: readonly LoggedEvent[],
  limit: Limit,
): Parting<State> | undefined => {
  for (const event of events) {
    const { state: now, parting } = judgeAll([event], state, judgeAlone(kind, limit));
    if (parting) return parting;
    const was = refold(old, state, [event], { limit });
    if (!sameJson(now, was)) return { what: 'state', version: event.seq, event, before: state, was, now };
    state = now;
  }
  return undefined;
};

/**
 * Judges and folds a whole log afresh, with rules that are to be tried: unlike everywhere else `refusal` is asked again. It
 * finds the first event with another verdict. An event that counts as before but makes another state is found only with `then`,
 * the rules that the log was written with, if they are of the same version; without them, the next checkpoint shows that there is one. Rules that fail, or that
 * a `limit` ends, refuse an event as `fault`, as they would in the fold. Throws as `stateAt` does.
 */
export const whatIf = async <State>(
  log: RoomLog,
  kind: Kind<State>,
  then?: Kind<State>,
  limit = unlimited,
): Promise<WhatIf<State>> => {
  const { room } = log;
  const { last } = await extentOf(log);
  const start = await earliest(log, kind);
  let version = start.version;
  let state = frozen(start.state);
  let { upgraded = false } = start;
  // States of two versions are never the same: only what their verdicts are can be compared.
  const old = then && versionOf(then) === versionOf(kind) ? then : undefined;
  let first: Parting<State> | undefined;
  let [events, verdicts, omitted] = [0, 0, 0];
  // The events since the last recorded state that is the same under both: the old rules go through them to find the one.
  let stretch: LoggedEvent[] = [];
  let agreed = { version, state };
  const named = (found: Parting<State>): Parting<State> =>
    (old && partingEvent(kind, old, agreed.state, stretch, limit)) ?? found;

  const goOn = ({ page, ...judged }: ReturnType<typeof judgePages<State>>[number]): void => {
    requireNext(page, version);
    state = judged.state;
    events += page.events.length;
    verdicts += judged.verdicts;
    omitted += page.events.filter((event) => event.omitted && !event.first).length;
    if (!first && old) stretch.push(...page.events);
    if (judged.parting) first ??= named(judged.parting);
    version = page.to;
    if (first || !('state' in page) || !isOf(kind, page)) return;
    if (upgraded) {
      // It may follow from events that are gone by now.
      [state, upgraded] = [frozen(page.state as State), false];
      agreed = { version, state };
      stretch = [];
      return;
    }
    const was = page.state as State;
    if (sameJson(state, was)) agreed = { version, state };
    else first = named({ what: 'checkpoint', from: agreed.version + 1, version, was, now: state });
    stretch = [];
  };
  const pages = pagesToday(log, kind, { from: version + 1 });
  // The state of one that was upgraded is soon another.
  for await (const batch of batches(pages, () => upgraded))
    for (const judged of judgePages(kind, batch, state, limit)) goOn(judged);
  // The events after the last recorded state have not been compared yet.
  if (!first && old) first = partingEvent(kind, old, agreed.state, stretch, limit);
  const { state: was } = await stateAt(log, old ?? kind, last);
  const same = sameJson(state, was);
  return {
    room,
    from: start.version + 1,
    to: last,
    events,
    verdicts,
    omitted,
    ...(first && { first }),
    was,
    now: state,
    same,
  };
};
