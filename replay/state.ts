import type { LoggedEvent } from '../domain/event.ts';
import type { Fault } from '../domain/fault.ts';
import { refold } from '../domain/fold.ts';
import type { Kind } from '../domain/kind.ts';
import type { Extent } from '../domain/log.ts';
import type { Page } from '../domain/page.ts';
import { initialState } from '../domain/settled.ts';
import { isOf, upgraded, versionOf } from '../domain/version.ts';
import { ReplayError } from './errors.ts';
import type { RoomLog } from './log.ts';
import { pagesToday } from './today.ts';

/** A state, and the version that it is of. */
export interface Moment<State = unknown> {
  readonly version: number;
  readonly state: State;
}

/** An event on which the rules fail now. If it counted when it was committed, the state stays as it was. */
export interface FoldFault extends Fault {
  readonly version: number;
}

/** A moment of a room, folded again. */
export interface Replayed<State = unknown> extends Moment<State> {
  readonly room: string;
  /** Events after the last checkpoint on which `fold` throws now; empty where all is well. */
  readonly faults: readonly FoldFault[];
}

export const faultAt = ({ seq: version }: LoggedEvent, fault: Fault): FoldFault => ({ version, ...fault });

/** What a log holds. Throws `unknown-room` for a room without pages. */
export const extentOf = async (log: RoomLog): Promise<Extent> => {
  const extent = await log.extent();
  if (!extent) throw new ReplayError('unknown-room', `There are no events of ${log.room} here.`);
  return extent;
};

/** Throws `broken-log` if a page does not begin where the one before it ended. */
export const requireNext = (page: Page, version: number): void => {
  if (page.from === version + 1) return;
  throw new ReplayError(
    'broken-log',
    `The log of ${page.room} has no page for ${version + 1}, the next one begins at ${page.from}: "verify" says more.`,
  );
};

/** A moment to fold on from. */
export interface Start<State = unknown> extends Moment<State> {
  /** Set where the rules made its state of one of older rules: folding the events that are gone might have made another. */
  readonly upgraded?: true;
}

/**
 * The earliest moment that a log can be folded from: the beginning of the room, or the first checkpoint left, upgraded if it is one of
 * older rules.
 */
export const earliest = async <State>(log: RoomLog, kind: Kind<State>): Promise<Start<State>> => {
  const { first, last } = await extentOf(log);
  if (first === 1) return { version: 0, state: initialState(kind) };
  for await (const { version } of log.checkpoints()) {
    const checkpoint = await log.checkpoint(version);
    if (!checkpoint) continue;
    const made = upgraded(kind, checkpoint.state, checkpoint);
    if ('fault' in made)
      throw new ReplayError('gone', `${log.room} can't be folded by these rules. ${made.fault.message}`);
    const { rules = 1 } = checkpoint;
    return { version, state: made.state, ...(rules !== versionOf(kind) && { upgraded: true }) };
  }
  throw new ReplayError(
    'gone',
    `${log.room} holds the events ${first} to ${last} without a recorded state: what came before them is gone, so none can be rebuilt.`,
  );
};

/**
 * The moment at or before `version` to fold on from: a recorded state, or the beginning. A state that other rules recorded is none
 * for these: the log is folded afresh. Throws `gone`.
 */
export const base = async <State>(log: RoomLog, kind: Kind<State>, version: number): Promise<Moment<State>> => {
  const checkpoint = version > 0 ? await log.checkpoint(version) : undefined;
  if (checkpoint && isOf(kind, checkpoint)) return { version: checkpoint.version, state: checkpoint.state as State };
  const start = await earliest(log, kind);
  if (start.version <= version) return start;
  throw new ReplayError(
    'gone',
    `The log of ${log.room} no longer goes back to version ${version}: it begins with the state of version ${start.version}, and the events after that.`,
  );
};

/** Throws `no-such-version` for what is no version of the room. */
export const requireVersion = async (log: RoomLog, version: number): Promise<void> => {
  const { last } = await extentOf(log);
  if (Number.isSafeInteger(version) && version >= 1 && version <= last) return;
  throw new ReplayError('no-such-version', `${log.room} has the events 1 to ${last}: ${version} is none of them.`);
};

/** Throws `no-such-version` unless both ends are versions of the log, the first not after the last. */
export const requireStretch = async (log: RoomLog, from: number | undefined, to: number | undefined): Promise<void> => {
  for (const end of [from, to]) if (end !== undefined) await requireVersion(log, end);
  if (from !== undefined && to !== undefined && from > to)
    throw new ReplayError('no-such-version', `The stretch from ${from} to ${to} ends before it begins.`);
};

/** Folds a log onward, from a moment to a later version. */
export const foldOn = async <State>(
  log: RoomLog,
  kind: Kind<State>,
  start: Moment<State>,
  to: number,
): Promise<Replayed<State>> => {
  const faults: FoldFault[] = [];
  const onFault = (event: LoggedEvent, fault: Fault) => faults.push(faultAt(event, fault));
  let { version, state } = start;
  if (version < to)
    for await (const page of pagesToday(log, kind, { from: version + 1, to }, onFault)) {
      requireNext(page, version);
      const events = page.to <= to ? page.events : page.events.filter(({ seq }) => seq <= to);
      state = refold(kind, state, events, { onFault });
      version = page.to;
    }
  if (version < to)
    throw new ReplayError('broken-log', `The log of ${log.room} has no page for ${version + 1}: "verify" says more.`);
  return { room: log.room, version: to, state, faults };
};

/**
 * The state of a room as it was at a version: the recorded state before it, and the events since folded onto it. Throws
 * `unknown-room`, `no-such-version`, `gone` (old pages went with a log retention) or `broken-log`.
 */
export const stateAt = async <State>(log: RoomLog, kind: Kind<State>, version: number): Promise<Replayed<State>> => {
  await requireVersion(log, version);
  return foldOn(log, kind, await base(log, kind, version), version);
};
