import type { Event, LoggedEvent } from './event.ts';
import { type Fault, faultOf } from './fault.ts';
import type { Kind } from './kind.ts';
import { alone, type Limit, unlimited, within } from './limit.ts';
import { frozen } from './settled.ts';
import { type MadeBy, versionOf } from './version.ts';

export interface Upcasting {
  /** Told of each event that counted and that `upcast` fails on. */
  readonly onFault?: (event: LoggedEvent, fault: Fault) => void;
  /** How long the rules may take; as long as they like unless given. */
  readonly limit?: Limit;
}

/** An event in today's shape, or refused as a `fault`, and why. */
export type Upcast = { readonly event: LoggedEvent; readonly fault?: Fault; readonly endless?: true };

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
 * An event as it comes from its head, in today's shape: while a deployment goes on, what was appended by rules of before is folded by
 * those of after. Total: one that these rules can't read is refused as a `fault`.
 */
export const upcastArrived = (
  kind: Pick<Kind, 'name' | 'upcast' | 'version'>,
  { rules: from = 1, ...event }: Event,
): Upcast => {
  const version = versionOf(kind);
  if (from > version) {
    const message = `The event is of version ${from} of the rules of ${kind.name}, and these are version ${version}.`;
    return failed(event, { message });
  }
  return from < version && kind.upcast ? upcastOne(kind, event, from) : { event };
};

/** The same of one on which the rules did not end. */
export const notUpcast = ({ rules: _, ...event }: Event, fault: Fault): Upcast => ({
  ...failed(event, fault),
  endless: true,
});

/**
 * A page of older rules with its events in today's shape; any other page as it is. Total: an event that `upcast` fails on reads as
 * one that was refused as a `fault`.
 */
export const upcastPage = <P extends MadeBy & { readonly events: readonly LoggedEvent[] }>(
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
