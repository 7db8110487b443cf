import type { Chunk } from '../reader/messages.ts';

/**
 * What the timeline keeps of every event of a room: 15 bytes each, 15 MB for a million, whatever the events hold. Row `i` is
 * the event `first + i`.
 */
export interface Columns {
  readonly first: number;
  readonly length: number;
  /** Of all chunks, in order. */
  readonly names: readonly string[];
  readonly typeNames: readonly string[];
  append(chunk: Chunk): void;
  /** When the event was received, but never before the event ahead of it: two clocks may disagree, and events are shown in order. */
  timeOf(row: number): number;
  /** Who sent it: a place in `names`. */
  actorOf(row: number): number;
  /** What it is: a place in `typeNames`. */
  typeOf(row: number): number;
  isRefused(row: number): boolean;
  /** How many of the rows before this one were refused. */
  refusedBefore(row: number): number;
  /** The first row that is at or after a time; `length` if none is. */
  rowAt(time: number): number;
  /** The next refused row after this one, or the last before it. */
  refusedFrom(row: number, direction: 1 | -1): number | undefined;
  /** Events by actor, the busiest first. */
  busiest(most: number): readonly { readonly actor: number; readonly count: number }[];
}

const grown = <T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(old: T, fresh: T): T => {
  fresh.set(old);
  return fresh;
};

/** The first place from 0 to `length` at which something becomes true that then stays true. */
const firstWhere = (length: number, isSo: (place: number) => boolean): number => {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
};

export const createColumns = (first: number): Columns => {
  let room = 1024;
  let length = 0;
  let times = new Float64Array(room);
  let actors = new Uint16Array(room);
  let types = new Uint8Array(room);
  // One more entry than there are rows: the last one counts all refused events.
  let refused = new Uint32Array(room + 1);
  let counts = new Uint32Array(64);
  const names: string[] = [];
  const typeNames: string[] = [];

  const refusedBefore = (row: number): number => refused[Math.max(0, Math.min(row, length))] ?? 0;
  const makeRoom = (wanted: number): void => {
    if (wanted <= room) return;
    room = Math.max(wanted, room * 2);
    times = grown(times, new Float64Array(room));
    actors = grown(actors, new Uint16Array(room));
    types = grown(types, new Uint8Array(room));
    refused = grown(refused, new Uint32Array(room + 1));
  };

  return {
    first,
    names,
    typeNames,
    get length() {
      return length;
    },
    append: (chunk) => {
      names.push(...chunk.names);
      typeNames.push(...chunk.typeNames);
      if (counts.length < names.length) counts = grown(counts, new Uint32Array(names.length * 2));
      // The log grew while it was read, so these rows came before.
      const known = first + length - chunk.from;
      makeRoom(length + chunk.times.length - known);
      for (let row = known; row < chunk.times.length; row += 1) {
        const actor = chunk.actors[row] ?? 0;
        times[length] = Math.max(times[length - 1] ?? 0, chunk.times[row] ?? 0);
        actors[length] = actor;
        types[length] = chunk.types[row] ?? 0;
        refused[length + 1] = (refused[length] ?? 0) + (chunk.refused[row] ?? 0);
        counts[actor] = (counts[actor] ?? 0) + 1;
        length += 1;
      }
    },
    timeOf: (row) => times[row] ?? 0,
    actorOf: (row) => actors[row] ?? 0,
    typeOf: (row) => types[row] ?? 0,
    isRefused: (row) => refusedBefore(row + 1) > refusedBefore(row),
    refusedBefore,
    rowAt: (time) => firstWhere(length, (row) => (times[row] ?? 0) >= time),
    refusedFrom: (row, direction) => {
      const before = refusedBefore(direction === 1 ? row + 1 : row);
      const wanted = direction === 1 ? before + 1 : before;
      if (wanted < 1 || wanted > refusedBefore(length)) return undefined;
      return firstWhere(length, (place) => refusedBefore(place + 1) >= wanted);
    },
    busiest: (most) =>
      names
        .map((_, actor) => ({ actor, count: counts[actor] ?? 0 }))
        .filter(({ count }) => count > 0)
        .sort((a, b) => b.count - a.count)
        .slice(0, most),
  };
};
