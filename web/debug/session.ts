import { createDeliveries, type Deliveries } from './deliveries.ts';
import { latest } from './latest.ts';
import type { Moment, OpenRoom } from './reader/messages.ts';
import type { Reader } from './reader/reader.ts';
import { type Columns, createColumns } from './timeline/columns.ts';

/** What the page shows of a room that is looked at. */
export interface SessionView {
  /** Another version was chosen. Called at once, before its state was read. */
  cursor(session: Session): void;
  /** The log has grown, or more of it was read. */
  grown(session: Session): void;
  moment(session: Session, moment: Moment): void;
  fault(cause: unknown): void;
}

/** One room that is looked at. */
export interface Session {
  readonly room: string;
  readonly opened: OpenRoom;
  readonly columns: Columns;
  readonly deliveries: Deliveries;
  /** The newest version. */
  readonly last: number;
  /** The version that is looked at. */
  readonly version: number;
  /** Looks at a version, or the nearest that there is. */
  go(version: number): void;
  /** The room has grown to this version. If the newest version was shown, the new one is shown next. */
  heard(version: number): void;
  /** Shows the moment once more, with what is known of it now. */
  again(): void;
  close(): void;
}

export interface SessionOptions {
  readonly reader: Reader;
  readonly room: string;
  readonly opened: OpenRoom;
  readonly version: number;
  readonly view: SessionView;
}

export const openSession = ({ reader, room, opened, view, ...options }: SessionOptions): Session => {
  const columns = createColumns(opened.first);
  const closing = new AbortController();
  let { last } = opened;
  let { version } = options;
  let moment: Moment | undefined;

  /** Reads what is not in the columns yet, and again if the log has grown meanwhile. */
  const catchUp = latest(async () => {
    try {
      await reader.scan(
        [room, columns.first + columns.length],
        (chunk) => {
          columns.append(chunk);
          reach(columns.first + columns.length - 1);
          view.grown(session);
        },
        closing.signal,
      );
      if (!closing.signal.aborted) view.grown(session);
    } catch (cause) {
      if (!closing.signal.aborted) view.fault(cause);
    }
  });
  /** One at a time, and of those waiting the newest only: holding a key down asks no faster than it is answered. */
  const load = latest<number>(async (wanted, isNewest) => {
    try {
      const found = await reader.moment(room, wanted);
      if (closing.signal.aborted || !isNewest()) return;
      moment = found;
      view.moment(session, found);
    } catch (cause) {
      if (!closing.signal.aborted && isNewest()) view.fault(cause);
    }
  });
  const go = (wanted: number): void => {
    const next = Math.max(opened.first, Math.min(last, Math.round(wanted)));
    if (next === version) return;
    version = next;
    view.cursor(session);
    load(next);
  };
  const reach = (heard: number): void => {
    if (heard <= last) return;
    const isFollowing = version === last;
    last = heard;
    if (isFollowing) go(last);
  };

  const session: Session = {
    room,
    opened,
    columns,
    deliveries: createDeliveries(),
    get last() {
      return last;
    },
    get version() {
      return version;
    },
    go,
    heard: (heard) => {
      if (closing.signal.aborted || heard < columns.first + columns.length) return;
      reach(heard);
      view.grown(session);
      catchUp(undefined);
    },
    again: () => {
      if (moment?.version === version) view.moment(session, moment);
    },
    close: () => closing.abort(),
  };
  catchUp(undefined);
  load(version);
  return session;
};
