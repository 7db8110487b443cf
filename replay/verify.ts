import type { LoggedEvent } from '../domain/event.ts';
import type { Fault } from '../domain/fault.ts';
import { refold } from '../domain/fold.ts';
import type { Kind } from '../domain/kind.ts';
import type { Page } from '../domain/page.ts';
import { initialState } from '../domain/settled.ts';
import { upcastPage } from '../domain/upcast.ts';
import { isOf } from '../domain/version.ts';
import { Identities } from './identities.ts';
import type { RoomLog } from './log.ts';
import { sameJson } from './same.ts';
import { sequenceFaults } from './sequence.ts';
import { extentOf } from './state.ts';

/** Which promise of a log does not hold. */
export type Broken =
  /** A recorded state is not what the events since the checkpoint before make of that one's (L1). */
  | 'state'
  /** The events of a page are not in order without gaps (F3). */
  | 'sequence'
  /** A page does not begin where the one before it ended (F1). */
  | 'pages'
  /** A page can't be read, or the state in it. */
  | 'unreadable'
  /** One action counted twice (F2, F6). */
  | 'twice'
  /** The log holds more than was ever appended. */
  | 'head'
  /** An event counted, and `fold` fails on it now (F4). */
  | 'fault';

/** One thing that is wrong with a log. */
export interface Finding {
  readonly room: string;
  /** The `seq` of the event, or the version of the state. */
  readonly version: number;
  /** The `from` of the page that it is in. */
  readonly page: number;
  readonly broken: Broken;
  /** A sentence for a person. */
  readonly what: string;
  readonly expected?: unknown;
  readonly found?: unknown;
}

/** What was looked at. */
export interface Verified {
  readonly room: string;
  /** The stretch of the log: begins later than 1 where a log retention took old pages. */
  readonly from: number;
  readonly to: number;
  readonly pages: number;
  readonly events: number;
  /** Recorded states that were compared. */
  readonly checkpoints: number;
  /** Recorded states of other rules: they are no damage, and these rules can't judge them. */
  readonly ofOtherRules: number;
  readonly findings: number;
}

/** The event at `first`, if it is of the same action as `again`: only hashes are kept, so the match has to be checked. */
const countedBefore = async (log: RoomLog, first: number, again: LoggedEvent): Promise<LoggedEvent | undefined> => {
  for await (const page of log.pages({ from: first, to: first })) {
    const event = page.events.find(({ seq }) => seq === first);
    if (event?.by === again.by && event.id === again.id) return event;
  }
  return undefined;
};

/**
 * Audits a log from its first page to its last, and reports what is wrong as it finds it. Holds one page and 16 to 32 bytes
 * an event in memory. Throws `unknown-room`.
 */
export const verify = async <State>(
  log: RoomLog,
  kind: Kind<State>,
  report: (finding: Finding) => void,
): Promise<Verified> => {
  const { first, last } = await extentOf(log);
  const head = await log.head();
  const identities = new Identities();
  const count = { pages: 0, events: 0, checkpoints: 0, ofOtherRules: 0, findings: 0 };
  const find = (page: number, broken: Broken, finding: Omit<Finding, 'room' | 'page' | 'broken'>): void => {
    count.findings += 1;
    report({ room: log.room, page, broken, ...finding });
  };

  /**
   * The states that the room may have here. None where old pages are gone and no checkpoint was read yet. Two after a wrong
   * checkpoint, for nobody knows why it is wrong: if only the record was altered, the next checkpoint follows from the folded
   * state; if the fold went wrong, the next one follows from the recorded state. Either way the next one is no new finding.
   */
  let states: readonly State[] = first === 1 ? [initialState(kind)] : [];

  const failed = (page: Pick<Page, 'from'>, event: LoggedEvent, { message }: Fault): void =>
    find(page.from, 'fault', {
      version: event.seq,
      what: `The event counted, but the rules fail on it now: ${message}`,
    });

  const followState = (written: Page<State>): void => {
    const page = upcastPage(kind, written, { onFault: (event, fault) => failed(written, event, fault) });
    states = states.map((state, index) =>
      refold(kind, state, page.events, {
        onFault: (event, fault) => {
          if (index === 0) failed(page, event, fault);
        },
      }),
    );
    if (!('state' in page)) return;
    if (!isOf(kind, page)) {
      count.ofOtherRules += 1;
      return;
    }
    const recorded = page.state as State;
    const [expected] = states;
    if (states.length > 0) count.checkpoints += 1;
    if (states.length === 0 || states.some((state) => sameJson(state, recorded))) {
      states = [recorded];
      return;
    }
    const what = 'The recorded state is not what the events since the checkpoint before make of its state.';
    find(page.from, 'state', { version: page.to, what, expected, found: recorded });
    states = [recorded, expected as State];
  };

  let version = first - 1;
  for await (const page of log.pages() as AsyncIterable<Page<State>>) {
    if (page.from !== version + 1) {
      const what = page.from > version + 1 ? 'Pages are not there.' : 'The page overlaps the one before it.';
      find(page.from, 'pages', { version: page.from, what, expected: version + 1, found: page.from });
      states = [];
    }
    if (page.unreadable !== undefined) find(page.from, 'unreadable', { version: page.to, what: page.unreadable });
    // What its events made of the state nobody knows.
    if (page.events.length === 0) states = [];
    else for (const fault of sequenceFaults(page)) find(page.from, 'sequence', fault);
    for (const event of page.events) {
      const earlier = event.refused === undefined ? identities.add(event) : undefined;
      if (earlier !== undefined && (await countedBefore(log, earlier, event)))
        find(page.from, 'twice', {
          version: event.seq,
          what: `The action of ${event.by} with the id ${event.id} counted twice.`,
          expected: { refused: 'duplicate', first: earlier },
          found: event,
        });
    }
    followState(page);
    version = page.to;
    count.pages += 1;
    count.events += page.events.length;
  }
  if (head !== undefined && head < last)
    find(last, 'head', {
      version: last,
      what: 'The head is behind the log: what is appended next gets a place that is taken.',
      expected: last,
      found: head,
    });
  return { room: log.room, from: first, to: last, ...count };
};
