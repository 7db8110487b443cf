import type { LoggedEvent } from '../domain/event.ts';
import { refold } from '../domain/fold.ts';
import type { Kind } from '../domain/kind.ts';
import type { RoomLog } from './log.ts';
import { earliest, extentOf, type Moment, requireNext, stateAt } from './state.ts';
import { pagesToday } from './today.ts';

/** A state of a room, of which history, and how it came about. */
export interface Came<State = unknown> extends Moment<State> {
  readonly epoch: string;
  /** The event that made it, and the moment before; without one it is where the looking began. */
  readonly by?: { readonly event: LoggedEvent; readonly before: Moment<State> };
  /** Set where the log has begun anew since: this is how. */
  readonly anew?: true;
}

/** Where a log ends, and in which history. */
const endOf = async (log: RoomLog): Promise<{ readonly to: number; readonly epoch: string } | undefined> => {
  for await (const { to, epoch } of log.pages({ descending: true })) return { to, epoch };
  return undefined;
};

/** Folds on from a moment, event by event. Returns `false` as soon as a page is of another history. */
async function* foldOn<State>(
  log: RoomLog,
  kind: Kind<State>,
  from: Came<State>,
): AsyncGenerator<Came<State>, boolean> {
  const { epoch } = from;
  let { version, state } = from;
  for await (const page of pagesToday(log, kind, { from: version + 1 })) {
    if (page.epoch !== epoch) return false;
    requireNext(page, version);
    for (const event of page.events) {
      const before = { version, state };
      state = refold(kind, state, [event]);
      version = event.seq;
      yield { version, state, epoch, by: { event, before } };
    }
    version = page.to;
  }
  return true;
}

/**
 * What has come of a room since it was looked at last: each state, in order; of a history that has begun anew each from its beginning. Without a last
 * look it is the newest state alone. Where nothing has come it reads the head, and nothing else. Throws as `stateAt` does.
 */
export async function* follow<State>(
  log: RoomLog,
  kind: Kind<State>,
  known: Came<State> | undefined,
): AsyncGenerator<Came<State>> {
  if (!known) {
    const { last } = await extentOf(log);
    const { epoch = '' } = (await endOf(log)) ?? {};
    yield { ...(await stateAt(log, kind, last)), epoch };
    return;
  }
  const head = await log.head();
  if (head === known.version) return;
  if (head === undefined || head > known.version) {
    if (yield* foldOn(log, kind, known)) return;
  } else {
    const end = await endOf(log);
    // It is the head alone that was restored from a backup: the log goes on.
    if (end?.epoch === known.epoch && end.to >= known.version) return;
  }
  yield* followAnew(log, kind);
}

/** Each state of a room whose log has begun anew, from its beginning. Throws as `stateAt` does. */
export async function* followAnew<State>(log: RoomLog, kind: Kind<State>): AsyncGenerator<Came<State>> {
  const { version, state } = await earliest(log, kind);
  const { epoch = '' } = (await endOf(log)) ?? {};
  const beginning: Came<State> = { version, state, epoch, anew: true };
  yield beginning;
  yield* foldOn(log, kind, beginning);
}
