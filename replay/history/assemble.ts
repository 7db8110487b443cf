import type { LoggedEvent } from '../../domain/event.ts';
import { type Page, unsaid } from '../../domain/page.ts';
import { sizeOf } from '../../domain/size.ts';
import type { EventLine, PageLine } from './format.ts';

/** The events of a page where the file does not say where pages end. An import cuts them into pages that the log takes. */
const maxEvents = 4096;

/** Makes pages of the lines of one room. */
export interface Assembler {
  /** `undefined` as long as the page goes on. */
  event(line: EventLine): Page | undefined;
  /** `undefined` if no events of that page were read, as when reading began in its middle. */
  end(line: PageLine): Page | undefined;
  /** The last page, if the file has no line for its end. */
  rest(): Page | undefined;
  /** Whether the next event begins a page. */
  readonly between: boolean;
}

/** `previous`: the `seq` before the first page. Lines up to it are passed over. `undefined`: begins with whatever comes first. */
export const createAssembler = (room: string, previous?: number): Assembler => {
  let events: LoggedEvent[] = [];
  let version = previous;
  let begun = previous === undefined;
  let sinceCheckpoint = 0;

  const close = (line: Omit<PageLine, 'room'>): Page => {
    const last = events.at(-1);
    if (line.bytes === undefined) for (const event of events) sinceCheckpoint += sizeOf(JSON.stringify(event));
    const from = line.from ?? (version === undefined ? (events[0]?.seq ?? line.version) : version + 1);
    const { version: to, ...said } = line;
    const page: Page = {
      ...unsaid(from),
      bytes: sinceCheckpoint,
      at: last?.at ?? 0,
      ...said,
      room,
      from,
      to,
      events,
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
