import type { LoggedEvent } from './event.ts';
import { type Fault, faultOf } from './fault.ts';
import type { Kind } from './kind.ts';
import { alone, type Limit, unlimited, within } from './limit.ts';
import type { Page } from './page.ts';
import { frozen } from './settled.ts';
import { versionOf } from './version.ts';

export interface Upcasting {
  /** Told of each event that counted and that `upcast` fails on. */
  readonly onFault?: (event: LoggedEvent, fault: Fault) => void;
  /** How long the rules may take; as long as they like unless given. */
  readonly limit?: Limit;
}

type Upcast = { readonly event: LoggedEvent; readonly fault?: Fault };

const isAction = (made: unknown): made is Pick<LoggedEvent, 'type' | 'data'> =>
  typeof made === 'object' && made !== null && 'type' in made && typeof made.type === 'string' && 'data' in made;

const failed = (event: LoggedEvent, fault: Fault): Upcast => ({
  // It counts for nothing that reads it: rules that don't know its shape would make anything of it.
  event: { ...event, refused: event.refused ?? 'fault' },
  ...(event.refused === undefined && { fault }),
});

const upcastOne = (kind: Pick<Kind, 'upcast'>, event: LoggedEvent, from: number): Upcast => {
  // Its data was not kept.
  if (event.omitted) return { event };
  try {
    const made: unknown = kind.upcast?.(frozen(event), from);
    if (!isAction(made)) throw new TypeError('What "upcast" makes of an event has a type and data.');
    const { type, data } = JSON.parse(JSON.stringify({ type: made.type, data: made.data })) as Partial<typeof made>;
    if (type === undefined || data === undefined) throw new TypeError('The data of an event is a JSON value.');
    return { event: { ...event, type, data } };
  } catch (thrown) {
    return failed(event, faultOf(thrown));
  }
};

/**
 * A page of older rules with its events in today's shape; any other page as it is. Total: an event that `upcast` fails on reads as
 * one that was refused as a `fault`.
 */
export const upcastPage = <P extends Pick<Page, 'events' | 'rules'>>(
  kind: Pick<Kind, 'upcast' | 'version'>,
  page: P,
  { onFault, limit = unlimited }: Upcasting = {},
): P => {
  const { rules: from = 1, events: old } = page;
  if (!kind.upcast || from >= versionOf(kind) || old.length === 0) return page;
  const all = within(
    limit,
    () => old.map((event) => upcastOne(kind, event, from)),
    () =>
      old.map((event) =>
        alone<Upcast>(
          limit,
          () => upcastOne(kind, event, from),
          (fault) => failed(event, fault),
        ),
      ),
  );
  for (const { event, fault } of all) if (fault) onFault?.(event, fault);
  return { ...page, events: all.map(({ event }) => event) };
};
