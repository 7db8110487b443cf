import type { LoggedEvent } from '../domain/event.ts';
import { type Page, unsaid } from '../domain/page.ts';

/**
 * A page as table `log` holds it. Events and state are JSON texts: any JSON that a client may send fits (DynamoDB's own
 * numbers, nesting and empty values are narrower), they cost what they measure, and they are read without unmarshalling.
 */
export interface PageItem {
  readonly room: string;
  readonly from: number;
  readonly to: number;
  readonly events: string;
  readonly missing?: string;
  readonly bytes: number;
  readonly state?: string;
  readonly at: number;
  readonly epoch?: string;
  readonly since?: number;
  readonly lanes?: number;
}

export const toItem = (page: Page): PageItem => ({
  room: page.room,
  from: page.from,
  to: page.to,
  events: JSON.stringify(page.events),
  ...(page.missing && { missing: JSON.stringify(page.missing) }),
  bytes: page.bytes,
  ...('state' in page && { state: JSON.stringify(page.state) }),
  at: page.at,
  epoch: page.epoch,
  since: page.since,
  lanes: page.lanes,
});

export const fromItem = <State>(item: PageItem): Page<State> => ({
  ...unsaid(item.from),
  room: item.room,
  from: item.from,
  to: item.to,
  events: JSON.parse(item.events) as LoggedEvent[],
  ...(item.missing !== undefined && { missing: JSON.parse(item.missing) as [number, number][] }),
  bytes: item.bytes,
  ...(item.state !== undefined && { state: JSON.parse(item.state) as State }),
  at: item.at,
  ...(item.epoch !== undefined && { epoch: item.epoch }),
  ...(item.since !== undefined && { since: item.since }),
  ...(item.lanes !== undefined && { lanes: item.lanes }),
});
