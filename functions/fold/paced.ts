import type { Event } from '../../domain/event.ts';
import type { Kind, Pace } from '../../domain/kind.ts';
import { type Paced, pacedOf, reach, windowOf } from '../../domain/pace.ts';
import type { Latest } from '../../domain/page.ts';
import type { Log } from '../../store/log.ts';

/** How far the clocks of AWS may be apart, in milliseconds. */
const skew = 5000;

/** Pages that are likely to be enough. */
const fewPages = 4;

/** The actions that those of a batch are counted with, as the log has them. In a quiet room nothing is read. */
export const recentlyPaced = async (
  log: Pick<Log, 'pagesSince'>,
  room: string,
  kind: Kind,
  latest: Latest,
  events: readonly Event[],
  pace: Pace,
): Promise<readonly Paced[]> => {
  // No event is later than the page that it was folded into.
  const since = Math.min(...events.map(({ at }) => at)) - windowOf(pace) - skew;
  if (latest.at < since) return [];
  const pages: (readonly Paced[])[] = [];
  for await (const page of log.pagesSince(room, since, fewPages)) {
    pages.unshift(pacedOf(kind, page.events));
    if (page.from <= latest.version - reach) break;
  }
  return pages.flat();
};
