import { eventMessages, stateMessage } from '../../domain/envelope.ts';
import type { Kind } from '../../domain/kind.ts';
import type { Log } from '../../store/log.ts';

/** More events than this are not sent one by one: the state says as much, and comes at once. */
const maxMissed = 20_000;

/**
 * The messages that bring a member up to date: the events after `since` where the kind casts events and the log still holds
 * them all, else the latest state.
 */
export const catchUp = async (
  log: Pick<Log, 'latest' | 'pages'>,
  room: string,
  kind: Kind,
  since: number | undefined,
): Promise<readonly string[]> => {
  const { version, state } = await log.latest(room, kind);
  const whole = [stateMessage(room, version, state)];
  if (kind.cast === 'state' || since === undefined || since > version || version - since > maxMissed) return whole;
  const pages = since < version ? await log.pages(room, since + 1, version) : [];
  if (since < version && (pages[0]?.from ?? Number.POSITIVE_INFINITY) > since + 1) return whole;
  const missed = pages.flatMap((page) => page.events).filter((event) => event.seq > since && event.seq <= version);
  return eventMessages(room, missed, since, version, { recovered: true });
};
