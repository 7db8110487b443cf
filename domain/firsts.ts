import { type Event, isSameAction, type LoggedEvent } from './event.ts';

/** The first event of an action that was appended more than once, and why it was refused if it was. */
type First = NonNullable<LoggedEvent['first']>;

/** Finds the event that another one repeats. */
export interface Firsts {
  /** The first event of the same action; `undefined` if there is none. */
  of(event: Event): First | undefined;
  add(event: LoggedEvent): void;
}

/** A duplicate is known by, too: the first may lie further back than anyone looks. */
const firstOf = ({ seq, refused, first }: LoggedEvent): First =>
  first ?? { seq, ...(refused !== undefined && { refused }) };

/** What was refused for being too much is sent again later, under the same id. */
const isKept = ({ refused }: LoggedEvent): boolean => refused !== 'slow-down';

/** `recent` is looked at for every event, `older` for those that are marked as sent again. */
export const createFirsts = (recent: readonly LoggedEvent[], older: readonly LoggedEvent[] = []): Firsts => {
  const near = Map.groupBy(recent.filter(isKept), ({ id }) => id);
  const far = Map.groupBy(older.filter(isKept), ({ id }) => id);
  return {
    of: (event) => {
      const known = [...(near.get(event.id) ?? []), ...(event.retry ? (far.get(event.id) ?? []) : [])];
      const found =
        known.find((earlier) => earlier.by === event.by) ?? known.find((earlier) => isSameAction(event, earlier));
      return found && firstOf(found);
    },
    add: (event) => {
      if (!isKept(event)) return;
      const same = near.get(event.id);
      if (same) same.push(event);
      else near.set(event.id, [event]);
    },
  };
};
