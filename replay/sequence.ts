import type { LoggedEvent } from '../domain/event.ts';
import type { Page } from '../domain/page.ts';

/** Something in a page that breaks the count of its events. */
export interface SequenceFault {
  readonly version: number;
  readonly what: string;
  readonly expected: unknown;
  readonly found: unknown;
}

const isMissing = (page: Page, first: number, last: number): boolean =>
  page.missing?.some(([from, to]) => from === first && to === last) ?? false;

/** What is wrong with the order of a page's events. Each has the next `seq`, except after a gap that the page itself calls `missing`. */
export function* sequenceFaults(page: Page): Generator<SequenceFault> {
  let next = page.from;
  let gaps = 0;
  for (const { seq } of page.events as readonly LoggedEvent[]) {
    if (seq < next) {
      yield { version: seq, what: 'An event comes again, or in the wrong place.', expected: next, found: seq };
      continue;
    }
    if (seq > next) {
      if (isMissing(page, next, seq - 1)) gaps += 1;
      else
        yield { version: seq, what: 'Events are not there, and the page does not say so.', expected: next, found: seq };
    }
    next = seq + 1;
  }
  if (page.to !== next - 1)
    yield { version: next - 1, what: 'The page does not end with its last event.', expected: page.to, found: next - 1 };
  if (gaps < (page.missing?.length ?? 0))
    yield { version: page.to, what: 'The page calls events missing that are not.', expected: [], found: page.missing };
}
