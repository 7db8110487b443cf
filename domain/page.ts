import { asKept, type Event, type LoggedEvent } from './event.ts';
import type { Fault } from './fault.ts';
import { createFirsts } from './firsts.ts';
import { judge, type Verdict } from './fold.ts';
import type { Kind, Pace } from './kind.ts';
import { lanesFor } from './lane.ts';
import { alone, type Limit, unlimited, within } from './limit.ts';
import { freeStateBytes, maxPageBytes } from './limits.ts';
import { createPacer, type Paced, pacedOf } from './pace.ts';
import { frozen, initialState } from './settled.ts';
import { sizeOf } from './size.ts';
import { notUpcast, type Upcast, upcastArrived } from './upcast.ts';
import { type MadeBy, madeBy } from './version.ts';

/** Events that were folded together: one item of the log, and the commit of what is in it. */
export interface Page<State = unknown> extends MadeBy {
  readonly room: string;
  /** One more than the `to` of the page before: the first `seq` that this page accounts for. */
  readonly from: number;
  /** The `seq` of the last event in the page. */
  readonly to: number;
  readonly events: readonly LoggedEvent[];
  /** Stretches of `seq`, ends included, whose events never arrived. */
  readonly missing?: readonly (readonly [first: number, last: number])[];
  /** The size of all events since the last checkpoint, in bytes of JSON. */
  readonly bytes: number;
  /** The state after the last event, if the page is a checkpoint. */
  readonly state?: State;
  /** When the page was folded, in milliseconds since 1970. */
  readonly at: number;
  /** Which history of the room this is; empty in pages from before there were epochs. */
  readonly epoch: string;
  /** The last event that counted before the page: its cast of events continues from here. */
  readonly since: number;
  /** Lanes that its cast is queued in. */
  readonly lanes: number;
  /** Set where the log's item could not be read, and says so in a sentence: then it has no events or, if only that was wrong, no state. */
  readonly unreadable?: string;
}

/** Where a room stands: all that is needed to fold what comes next. */
export interface Latest<State = unknown> {
  readonly version: number;
  readonly state: State;
  /** The size of the events since the last checkpoint, in bytes of JSON. */
  readonly bytes: number;
  /** The events of the latest page, to know an action that came twice. */
  readonly recent: readonly LoggedEvent[];
  /** The `seq` of the last event that counted. What lies between it and the version was refused. */
  readonly counted: number;
  /** Which history this is; empty for a room that has none yet. */
  readonly epoch: string;
  readonly lanes: number;
  /** When the latest page was folded, in milliseconds since 1970; 0 for a room without pages. */
  readonly at: number;
  /** Set where no page has this state: it was folded afresh by other rules. The next page is a checkpoint. */
  readonly afresh?: true;
  /** Set where these rules can't make their state of the room's: this is the one of older rules, and no event counts. */
  readonly stuck?: true;
}

/** What pages did not say that were written before there were epochs. `from`: where the page begins. */
export const unsaid = (from: number): Pick<Page, 'epoch' | 'since' | 'lanes'> => ({
  epoch: '',
  since: from - 1,
  lanes: 1,
});

/** A room that has no pages yet. */
export const beginning = <State>(kind: Kind<State>): Latest<State> => ({
  version: 0,
  state: initialState(kind),
  bytes: 0,
  recent: [],
  counted: 0,
  epoch: '',
  lanes: 1,
  at: 0,
});

/** Where a room stands after a page, given the state after it. `counted`: the last event that counted before the page. */
export const after = <State>(page: Page<State>, state: State, counted: number): Latest<State> => ({
  version: page.to,
  state,
  bytes: 'state' in page ? 0 : page.bytes,
  recent: page.events,
  counted: page.events.findLast((event) => event.refused === undefined)?.seq ?? counted,
  epoch: page.epoch,
  lanes: page.lanes,
  at: page.at,
});

export interface Folding<State> {
  readonly room: string;
  readonly kind: Kind<State>;
  readonly latest: Latest<State>;
  /** Which history the events are of: their head says. */
  readonly epoch: string;
  /** Members that the last cast had, where that is known: a crowd gets more lanes. */
  readonly members?: number;
  /** Events as they were delivered: repeated ones and ones that are in the log already do no harm. */
  readonly events: readonly Event[];
  /** Events of the last minutes that those marked as sent again may repeat: any with their ids. */
  readonly older?: readonly LoggedEvent[];
  /** How many actions a sender may have, and those before the batch; as many as it likes unless given. */
  readonly pacing?: { readonly pace: Pace; readonly past: readonly Paced[] };
  /** Now, in milliseconds since 1970. */
  readonly at: number;
  /** How long the rules may take; as long as they like unless given. */
  readonly limit?: Limit;
}

/** An event on which the rules failed, as the log has it, and what they threw. */
export interface Failed {
  readonly event: LoggedEvent;
  readonly fault: Fault;
}

/** The next page of a room, where it then stands, and the events that did not fit into the page. */
export interface Folded<State> {
  readonly page: Page<State>;
  readonly latest: Latest<State>;
  readonly rest: readonly Event[];
  /** The events of the page that are refused as `fault`, and why. */
  readonly faults: readonly Failed[];
}

type Judged<State> = Verdict<State> & Pick<LoggedEvent, 'endless'>;

const foldWith = <State>(
  { room, kind, latest, epoch, members = 0, older, pacing, at }: Folding<State>,
  fresh: readonly Event[],
  judgeOne: (state: State, event: Event) => Judged<State>,
  upcastOne: (event: Event) => Upcast,
): Folded<State> => {
  let version = latest.version;
  let state = frozen(latest.state);
  let json: string | undefined;
  let size = 0;
  let taken = 0;
  const events: LoggedEvent[] = [];
  const faults: Failed[] = [];
  const missing: [number, number][] = [];
  const firsts = createFirsts(latest.recent, older);
  const pacer = pacing && createPacer(kind, pacing.pace, latest.lanes, pacing.past);
  const judged = (event: Event): Judged<State> => {
    if (latest.stuck) return { refused: 'not-upgraded' };
    return pacer && Object.hasOwn(kind.actions, event.type) && pacer.isTooFast(event)
      ? { refused: 'slow-down' }
      : judgeOne(state, event);
  };
  for (const appended of fresh) {
    if (appended.seq > version) {
      const { event, fault, endless } = upcastOne(appended);
      const first = firsts.of(event);
      const judgedOrFailed = (): Judged<State> =>
        fault ? { refused: 'fault', fault, ...(endless && { endless }) } : judged(event);
      const verdict: Judged<State> = first === undefined ? judgedOrFailed() : { refused: 'duplicate' };
      const whole: LoggedEvent = {
        ...event,
        ...(verdict.refused !== undefined && { refused: verdict.refused }),
        ...(verdict.endless && { endless: true }),
        ...(first && { first }),
      };
      const logged = asKept(whole);
      const bytes = sizeOf(JSON.stringify(logged));
      if (size + bytes > maxPageBytes && events.length > 0) break;
      if (event.seq > version + 1) missing.push([version + 1, event.seq - 1]);
      if (verdict.refused === undefined) [state, json] = [verdict.state, verdict.json ?? json];
      else if (verdict.fault) faults.push({ event: logged, fault: verdict.fault });
      firsts.add(logged);
      for (const paced of pacedOf(kind, [logged])) pacer?.add(paced);
      events.push(logged);
      version = event.seq;
      size += bytes;
      if (verdict.endless) {
        taken += 1;
        break;
      }
    }
    taken += 1;
  }

  const bytes = latest.bytes + size;
  const isCheckpoint = () => latest.afresh || sizeOf(json ?? JSON.stringify(state)) <= Math.max(freeStateBytes, bytes);
  const page: Page<State> = {
    room,
    from: latest.version + 1,
    to: version,
    events,
    ...(missing.length > 0 && { missing }),
    bytes,
    // A state of older rules must not pass for one of these.
    ...(!latest.stuck && isCheckpoint() && { state }),
    at,
    epoch,
    since: latest.counted,
    lanes: lanesFor(latest.lanes, members),
    ...madeBy(kind),
  };
  const next = after(page, state, latest.counted);
  return { page, latest: { ...next, ...(latest.stuck && { stuck: true }) }, rest: fresh.slice(taken), faults };
};

/**
 * Folds a batch of events onto a room. `undefined` if the log holds them all. An event whose rules do not end within their time
 * is refused as a `fault`, and its page ends with it: once that is committed nobody waits for the event again.
 */
export const foldPage = <State>(folding: Folding<State>): Folded<State> | undefined => {
  const { kind, latest, limit = unlimited } = folding;
  const fresh = folding.events.filter((event) => event.seq > latest.version).sort((a, b) => a.seq - b.seq);
  if (fresh.length === 0) return undefined;
  const giveUp = (fault: Fault): Judged<State> => ({ refused: 'fault', fault, endless: true });
  return within(
    limit,
    () =>
      foldWith(
        folding,
        fresh,
        (state, event) => judge(kind, state, event),
        (event) => upcastArrived(kind, event),
      ),
    () =>
      foldWith(
        folding,
        fresh,
        (state, event) => alone<Judged<State>>(limit, () => judge(kind, state, event), giveUp),
        (event) =>
          alone(
            limit,
            () => upcastArrived(kind, event),
            (fault) => notUpcast(event, fault),
          ),
      ),
  );
};
