import type { LoggedEvent } from '../../domain/event.ts';
import type { Page } from '../../domain/page.ts';
import { sizeOf } from '../../domain/size.ts';
import type { EventLine, PageLine } from './format.ts';

/** Events that are taken for a page where the file does not say where pages end: more than fit into one of the log's. */
const maxEvents = 4096;

/** Makes pages of the lines of one room. */
export interface Assembler {
  /** `undefined` as long as the page goes on. */
  event(line: EventLine): Page | undefined;
  /** `undefined` for the end of a page of which there are no events here. */
  end(line: PageLine): Page | undefined;
  /** The page that nothing ended, if there is one. */
  rest(): Page | undefined;
  /** Whether the next event begins a page. */
  readonly between: boolean;
}

/** `previous`: the `seq` before the first page, whose lines are passed over if they come; `undefined` to begin anywhere. */
export const createAssembler = (room: string, previous?: number): Assembler => {
  let events: LoggedEvent[] = [];
  let version = previous;
  let begun = previous === undefined;
  let sinceCheckpoint = 0;

  const close = (line: Omit<PageLine, 'room'>): Page => {
    const last = events.at(-1);
    if (line.bytes === undefined) for (const event of events) sinceCheckpoint += sizeOf(JSON.stringify(event));
    const page: Page = {
      room,
      from: line.from ?? (version === undefined ? (events[0]?.seq ?? line.version) : version + 1),
      to: line.version,
      events,
      ...(line.missing && { missing: line.missing }),
      bytes: line.bytes ?? sinceCheckpoint,
      ...('state' in line && { state: line.state }),
      at: line.at ?? last?.at ?? 0,
    };
    if ('state' in line) sinceCheckpoint = 0;
    events = [];
    version = line.version;
    return page;
  };

  return {
    get between() {
      return events.length === 0;
    },
    event: ({ room: _, ...event }) => {
      if (!begun && event.seq <= (previous ?? 0)) return undefined;
      begun = true;
      events.push(event);
      return events.length < maxEvents ? undefined : close({ version: event.seq });
    },
    end: (line) => (events.length === 0 ? undefined : close(line)),
    rest: () => {
      const last = events.at(-1);
      return last && close({ version: last.seq });
    },
  };
};
