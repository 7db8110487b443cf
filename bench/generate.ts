import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Event } from '../domain/event.ts';
import type { Kind } from '../domain/kind.ts';
import { beginning, foldPage, type Page } from '../domain/page.ts';
import { type Exported, exportRooms } from '../replay/history/export.ts';

/** A made-up room: so many events, folded in batches of one size. */
export interface Generated<State> {
  readonly room: string;
  readonly kind: Kind<State>;
  readonly events: number;
  /** Events a page. */
  readonly batch: number;
  /** The action of an event, by its `seq`. */
  readonly action: (seq: number) => Pick<Event, 'type' | 'data'>;
}

/** When the first event was received, in milliseconds since 1970; one came each 20 ms. */
const began = Date.UTC(2026, 0, 1);

const eventAt = (seq: number, action: Pick<Event, 'type' | 'data'>): Event => ({
  seq,
  id: `00000000-0000-4000-8000-${seq.toString(16).padStart(12, '0')}`,
  ...action,
  by: `user-${seq % 50}`,
  connection: `connection-${seq % 50}`,
  at: began + seq * 20,
});

/** The pages of such a room, as the fold writes them. Only one is in memory at a time, however many there are. */
export function* generatePages<State>({ room, kind, events, batch, action }: Generated<State>): Generator<Page<State>> {
  let latest = beginning(kind);
  while (latest.version < events) {
    const count = Math.min(batch, events - latest.version);
    const next = Array.from({ length: count }, (_, index) => {
      const seq = latest.version + index + 1;
      return eventAt(seq, action(seq));
    });
    const folded = foldPage({ epoch: 'e', room, kind, latest, events: next, at: (next.at(-1)?.at ?? 0) + 40 });
    if (!folded) return;
    ({ latest } = folded);
    yield folded.page;
  }
}

/** A room of a generated log, as an export takes it. */
export const generatedRoom = <State>(generated: Generated<State>): Exported => ({
  room: generated.room,
  pages: generatePages(generated),
  head: generated.events,
});

/** Writes an export to a file. */
export const writeExport = (path: string, rooms: Iterable<Exported>): Promise<void> =>
  pipeline(Readable.from(exportRooms(rooms, began)), createWriteStream(path));
