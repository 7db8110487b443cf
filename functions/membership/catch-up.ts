import type { LoggedEvent } from '../../domain/event.ts';
import type { Kind } from '../../domain/kind.ts';
import { eventsMessages, type JoinRequest, publicEvent, serverMessage } from '../../domain/protocol.ts';
import { sizeOf } from '../../domain/size.ts';
import type { Log } from '../../store/log.ts';

type RoomReader = Pick<Log, 'latest' | 'pagesBack'>;

/**
 * The most bytes of missed events, as JSON, that are sent one by one; whoever missed more is sent the state. 4 MB make about
 * fifty messages, which are read and posted well within the function's timeout.
 */
const maxMissedBytes = 4 * 1024 * 1024;

/** The events after `since` up to `version`; `undefined` if the log does not hold them all any more, or they are too large. */
const missed = async (
  log: RoomReader,
  room: string,
  since: number,
  version: number,
): Promise<readonly LoggedEvent[] | undefined> => {
  const pages: (readonly LoggedEvent[])[] = [];
  let [first, bytes] = [version + 1, 0];
  for await (const { from, events } of log.pagesBack(room, since + 1, version)) {
    bytes += sizeOf(JSON.stringify(events));
    if (bytes > maxMissedBytes) return undefined;
    pages.unshift(events);
    first = from;
  }
  if (first > since + 1) return undefined;
  return pages.flat().filter(({ seq }) => seq > since && seq <= version);
};

/**
 * The messages that bring a member up to date: the events after `since` where the kind casts events, the log still holds
 * them all and they are not too large, else the latest state. The state also where the member counts in another epoch than
 * the log does: its events 1 to 5 and the log's 6 to 10 are of two histories.
 */
export const catchUp = async (
  log: RoomReader,
  room: string,
  kind: Kind,
  known: Pick<JoinRequest, 'since' | 'epoch'>,
): Promise<readonly string[]> => {
  const { epoch, version, state } = await log.latest(room, kind);
  const { since } = known;
  const whole = [serverMessage({ type: 'state', room, epoch, version, state })];
  if (kind.cast === 'state' || since === undefined || known.epoch !== epoch || since > version) return whole;
  const events = await missed(log, room, since, version);
  if (!events) return whole;
  const counting = events.filter(({ refused }) => refused === undefined).map(publicEvent);
  return eventsMessages({ room, epoch, since, to: version, recovered: true, events: counting });
};
