import type { LoggedEvent } from '../domain/event.ts';
import type { Stretch } from '../domain/log.ts';
import type { RoomLog } from './log.ts';
import { extentOf } from './state.ts';

/** Which events to show; all where nothing is said. */
export interface EventFilter extends Stretch {
  readonly type?: string;
  readonly by?: string;
  /** Refused ones only, or accepted ones only. */
  readonly refused?: boolean;
  /** Those that say this somewhere, in whatever case: in their data as JSON, type, sender, id or refusal. */
  readonly text?: string;
}

/** Whether an event says a text, which is in lower case. */
const says = ({ data, type, by, id, refused = '' }: LoggedEvent, text: string): boolean =>
  [type, by, id, refused, JSON.stringify(data)].some((each) => each?.toLowerCase().includes(text));

/** An event, and when its page was folded (milliseconds since 1970). */
export interface Committed {
  readonly event: LoggedEvent;
  readonly committed: number;
}

/** The events of a room that pass a filter, in order. Throws `unknown-room`. */
export async function* events(log: RoomLog, filter: EventFilter = {}): AsyncGenerator<Committed> {
  const { first, last } = await extentOf(log);
  const { from = first, to = last, type, by, refused } = filter;
  const text = filter.text?.toLowerCase();
  for await (const page of log.pages({ from, to }))
    for (const event of page.events) {
      if (event.seq < from || event.seq > to) continue;
      if (type !== undefined && event.type !== type) continue;
      if (by !== undefined && event.by !== by) continue;
      if (refused !== undefined && refused !== (event.refused !== undefined)) continue;
      if (text !== undefined && !says(event, text)) continue;
      yield { event, committed: page.at };
    }
}
