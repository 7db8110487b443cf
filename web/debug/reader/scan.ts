import type { LoggedEvent } from '../../../domain/event.ts';
import { ReplayError } from '../../../replay/errors.ts';
import type { RoomLog } from '../../../replay/log.ts';
import type { Chunk } from './messages.ts';

/** The first two places: for the sender of an event that never arrived, and for all beyond the most that are told apart. */
export const missingName = 0;
export const otherName = 1;
/** The most senders that are told apart. Their places fit into 16 bits, and their names into memory. */
export const mostActors = 60_000;

/** The most types that are told apart: their places fit into 8 bits. */
export const mostTypes = 250;

/** Gives each sender of a room, or each type, a place, in the order in which they come. */
export interface Names {
  placeOf(name: string): number;
  /** The names that came since this was asked last. */
  news(): readonly string[];
}

export const createNames = (most: number): Names => {
  const places = new Map<string, number>();
  let names = ['(never arrived)', '(others)'];
  return {
    placeOf: (name) => {
      const known = places.get(name);
      if (known !== undefined) return known;
      if (places.size >= most) return otherName;
      const place = places.size + 2;
      places.set(name, place);
      names.push(name);
      return place;
    },
    news: () => {
      const news = names;
      names = [];
      return news;
    },
  };
};

/** Events in the first chunk, and in the largest: each has twice as many as the one before, so that something is drawn at once. */
const smallest = 512;
const largest = 16_384;

/** Missing events that get rows of their own, beside as many as there are events: so a file of a few lines makes no billion rows. */
const mostMissing = 1_000_000;

/**
 * A log from an event on, in chunks of a few bytes an event. Throws `broken-log` where by far the most events are missing.
 */
export async function* scan(log: RoomLog, from: number, actors: Names, types: Names): AsyncGenerator<Chunk> {
  let size = smallest;
  let start = from;
  let count = 0;
  const columns = () => ({
    times: new Float64Array(size),
    who: new Uint16Array(size),
    what: new Uint8Array(size),
    refused: new Uint8Array(size),
  });
  let into = columns();
  const take = (): Chunk => {
    const chunk = {
      from: start,
      times: into.times.slice(0, count),
      actors: into.who.slice(0, count),
      types: into.what.slice(0, count),
      refused: into.refused.slice(0, count),
      names: actors.news(),
      typeNames: types.news(),
    };
    size = Math.min(size * 2, largest);
    [start, count] = [start + count, 0];
    if (into.times.length < size) into = columns();
    return chunk;
  };
  const put = (at: number, event?: LoggedEvent): void => {
    into.times[count] = at;
    into.who[count] = event ? actors.placeOf(event.by) : missingName;
    into.what[count] = event ? types.placeOf(event.type) : missingName;
    into.refused[count] = event?.refused === undefined ? 0 : 1;
    count += 1;
  };

  let [seen, missing] = [0, 0];
  for await (const page of log.pages({ from }))
    for (const event of page.events) {
      if (event.seq < start + count) continue;
      seen += 1;
      missing += event.seq - start - count;
      if (missing > seen + mostMissing) {
        if (count > 0) yield take();
        throw new ReplayError(
          'broken-log',
          `${missing} events are missing up to event ${event.seq}: the timeline ends here.`,
        );
      }
      while (start + count < event.seq) {
        put(event.at);
        if (count === size) yield take();
      }
      put(event.at, event);
      if (count === size) yield take();
    }
  if (count > 0) yield take();
}
