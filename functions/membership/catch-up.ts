import type { LoggedEvent } from '../../domain/event.ts';
import type { Kind } from '../../domain/kind.ts';
import { eventsMessages, type JoinRequest, publicEvent, serverMessage } from '../../domain/protocol.ts';
import { sizeOf } from '../../domain/size.ts';
import { toldRules } from '../../domain/version.ts';
import type { Log } from '../../store/log.ts';

type RoomReader = Pick<Log, 'latest' | 'pagesBack'>;

/**
 * The most bytes of missed events, as JSON, that are sent one by one; whoever missed more is sent the state. 4 MB make about
 * fifty messages, which are read and posted well within the function's timeout.
 */
const maxMissedBytes = 4 * 1024 * 1024;

/**
 * The events after `since` up to `version`, `undefined` if the log does not hold them all (any more) or they are too large; and how
 * many bytes were read.
 */
const missed = async (
  log: RoomReader,
  room: string,
  since: number,
  version: number,
): Promise<{ readonly events: readonly LoggedEvent[] | undefined; readonly bytes: number }> => {
  const pages: (readonly LoggedEvent[])[] = [];
  let [first, bytes] = [version + 1, 0];
  for await (const { from, events, unreadable } of log.pagesBack(room, since + 1, version)) {
    if (unreadable !== undefined) return { events: undefined, bytes };
    bytes += sizeOf(JSON.stringify(events));
    if (bytes > maxMissedBytes) return { events: undefined, bytes };
    pages.unshift(events);
    first = from;
  }
  const events = pages.flat().filter(({ seq }) => seq > since && seq <= version);
  return { events: first > since + 1 ? undefined : events, bytes };
};

/** What brings a member up to date. */
export interface CatchUp {
  readonly messages: readonly string[];
  /** What it took: the bytes of the events that were read, or of the messages if these are more. */
  readonly bytes: number;
}

/**
 * The messages that bring a member up to date: the events after `since` where the kind casts events, the log still holds
 * them all and they are not too large, else the latest state. The state also where the member counts in another epoch than
 * the log does: its events 1 to 5 and the log's 6 to 10 are of two histories.
 */
export const catchUp = async (
  log: RoomReader,
  room: string,
  kind: Kind,
  known: Pick<JoinRequest, 'since' | 'epoch' | 'id'>,
): Promise<CatchUp> => {
  const { epoch, version, state } = await log.latest(room, kind);
  const { since } = known;
  const rules = toldRules(kind);
  const asked = known.id === undefined ? {} : { id: known.id };
  const whole = serverMessage({ type: 'state', room, epoch, version, ...rules, state, ...asked });
  const wholeBytes = sizeOf(whole);
  if (kind.cast === 'state' || since === undefined || known.epoch !== epoch || since > version)
    return { messages: [whole], bytes: wholeBytes };
  const { events, bytes } = await missed(log, room, since, version);
  if (!events) return { messages: [whole], bytes: Math.max(bytes, wholeBytes) };
  const counting = events.filter(({ refused }) => refused === undefined).map(publicEvent);
  return {
    messages: eventsMessages({
      room,
      epoch,
      since,
      to: version,
      ...rules,
      recovered: true,
      events: counting,
      ...asked,
    }),
    bytes,
  };
};
