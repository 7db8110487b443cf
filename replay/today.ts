import type { LoggedEvent } from '../domain/event.ts';
import type { Fault } from '../domain/fault.ts';
import type { Kind } from '../domain/kind.ts';
import type { Page } from '../domain/page.ts';
import { upcastPage } from '../domain/upcast.ts';
import type { PageRange, RoomLog } from './log.ts';

/**
 * The pages of a log with their events in the shape that the rules know today: what folds a log reads these, while who only shows or
 * copies it reads what was written. `onFault`: told of events that counted and that `upcast` fails on.
 */
export async function* pagesToday<State>(
  log: RoomLog,
  kind: Kind<State>,
  range?: PageRange,
  onFault?: (event: LoggedEvent, fault: Fault) => void,
): AsyncGenerator<Page<State>> {
  for await (const page of log.pages(range)) yield upcastPage(kind, page as Page<State>, onFault ? { onFault } : {});
}
