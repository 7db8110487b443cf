import type { LoggedEvent } from '../domain/event.ts';
import { faultOf } from '../domain/fault.ts';
import { type Page, unsaid } from '../domain/page.ts';
import type { MadeBy } from '../domain/version.ts';

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
  readonly rules?: number;
  readonly hash?: string;
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
  ...(page.rules !== undefined && { rules: page.rules }),
  ...(page.hash !== undefined && { hash: page.hash }),
});

type Said = Readonly<Record<string, unknown>>;

const isEvent = (value: unknown): value is LoggedEvent => {
  if (typeof value !== 'object' || value === null) return false;
  const { seq, id, type, by } = value as Said;
  return Number.isSafeInteger(seq) && [id, type, by].every((part) => typeof part === 'string');
};

const eventsOf = (json: string): readonly LoggedEvent[] => {
  const events = JSON.parse(json) as unknown;
  if (Array.isArray(events) && events.every(isEvent)) return events;
  throw new TypeError('Its events are no list of events.');
};

const wholeOr = (said: unknown, otherwise: number, least = 0): number =>
  Number.isSafeInteger(said) && (said as number) >= least ? (said as number) : otherwise;

/** Where an item's page ends: where it begins, if the item does not say so. */
export const endOf = ({ from, to }: Pick<PageItem, 'from' | 'to'>): number => wholeOr(to, from, from);

/** A recorded state; nothing where there is none, or none that can be read. */
export const stateOf = ({ state }: Pick<PageItem, 'state'>): { readonly state?: unknown } => {
  if (state === undefined) return {};
  try {
    return { state: JSON.parse(state) as unknown };
  } catch {
    return {};
  }
};

/** By which rules an item was made: the first version's, if it does not say. */
export const itemMadeBy = ({ rules, hash }: Pick<PageItem, 'rules' | 'hash'>): MadeBy => ({
  ...(rules !== undefined && { rules: wholeOr(rules, 1, 1) }),
  ...(typeof hash === 'string' && { hash }),
});

/** What an item says beside its events and its state, as far as it can be read. */
const outlineOf = (item: PageItem) => {
  const { room, from, epoch } = item;
  const unknown = unsaid(from);
  return {
    room,
    from,
    to: endOf(item),
    bytes: wholeOr(item.bytes, 0),
    at: wholeOr(item.at, 0),
    epoch: typeof epoch === 'string' ? epoch : unknown.epoch,
    since: wholeOr(item.since, unknown.since),
    lanes: wholeOr(item.lanes, unknown.lanes, 1),
    ...itemMadeBy(item),
  };
};

/** Its events are gone, but their places are taken: what is appended next comes after them. */
const placeholder = (item: PageItem, cause: unknown): Page => {
  const { room, from, to, ...more } = outlineOf(item);
  const why = `The page of ${room} with the events ${from} to ${to} can't be read, and was passed by: ${faultOf(cause).message}`;
  return { room, from, to, ...more, events: [], missing: [[from, to]], unreadable: why };
};

/** Never throws: whoever meets a page that can't be read goes on without its events. `onUnreadable` is told of such a page. */
export const fromItem = (item: PageItem, onUnreadable: (page: Page) => void = () => {}): Page => {
  let page: Page;
  try {
    const recorded = stateOf(item);
    const { room, from, to, ...more } = outlineOf(item);
    page = {
      room,
      from,
      to,
      events: eventsOf(item.events),
      ...(item.missing !== undefined && { missing: JSON.parse(item.missing) as [number, number][] }),
      ...more,
      ...recorded,
      ...(item.state !== undefined &&
        !('state' in recorded) && {
          unreadable: `The state of ${room} at version ${to} can't be read: an earlier one is taken, and the events since.`,
        }),
    };
  } catch (cause) {
    page = placeholder(item, cause);
  }
  if (page.unreadable !== undefined) onUnreadable(page);
  return page;
};
