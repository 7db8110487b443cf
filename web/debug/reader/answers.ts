import type { LoggedEvent } from '../../../domain/event.ts';
import type { Kind } from '../../../domain/kind.ts';
import { registry } from '../../../domain/registry.ts';
import { bisect, firstTrue, type Predicate } from '../../../replay/bisect.ts';
import { changes } from '../../../replay/diff.ts';
import { events } from '../../../replay/events.ts';
import { givenTest } from '../../../replay/given.ts';
import { exportRooms, wholeLog } from '../../../replay/history/export.ts';
import { forkRoom } from '../../../replay/history/fork.ts';
import type { History } from '../../../replay/history/history.ts';
import type { RoomLog } from '../../../replay/log.ts';
import { copyName } from '../../../replay/names.ts';
import { lastChange, nextChange } from '../../../replay/next-change.ts';
import { remembered } from '../../../replay/remembered.ts';
import { rulesOf } from '../../../replay/rules.ts';
import { saw } from '../../../replay/saw.ts';
import { shrinkRoom } from '../../../replay/shrink.ts';
import { extentOf } from '../../../replay/state.ts';
import type { CallName, Calls, Chunks } from './messages.ts';
import { momentAt } from './moment.ts';
import { createNames, mostActors, mostTypes, type Names, scan } from './scan.ts';
import { clientOf, historyOf } from './source.ts';

/** Where the answer to a call goes. */
export interface Asking<Call extends CallName> {
  /** Counts calls. */
  readonly id: number;
  /** Nobody waits for the answer any more. */
  readonly unwanted: AbortSignal;
  readonly chunk: (chunk: Call extends keyof Chunks ? Chunks[Call] : never, transfer?: Transferable[]) => void;
}

export type Answers = {
  readonly [Call in CallName]: (to: Asking<Call>, ...args: Parameters<Calls[Call]>) => Promise<ReturnType<Calls[Call]>>;
};

/** A room that is looked at. */
interface Opened {
  readonly log: RoomLog;
  /** The same, for going back and forth in what is there. */
  readonly kept: RoomLog;
  readonly actors: Names;
  readonly types: Names;
}

/** Found events are told of in so many at a time at most, and when so long has passed (ms). */
const [mostFound, foundEvery] = [4_096, 100];

/** A megabyte of an engine, which only this needs. */
const predicateOf = async (expression: string): Promise<Predicate<unknown>> =>
  (await import('../../../replay/expression.ts')).predicateOf(expression);

/** When the first event (`end` 0) or the last (-1) of the page that holds `seq` was received. */
const timeIn = async (log: RoomLog, seq: number, end: 0 | -1): Promise<number> => {
  for await (const page of log.pages({ from: seq, to: seq })) return page.events.at(end)?.at ?? page.at;
  return 0;
};

const now = async (log: RoomLog): Promise<{ readonly version: number; readonly epoch: string }> => {
  const { last: version } = await extentOf(log);
  for await (const { epoch } of log.pages({ from: version, to: version })) return { version, epoch };
  return { version, epoch: '' };
};

/** What answers the page: the code that the command line reads with, over the source that was opened last. */
export const answersOf = (): Answers => {
  let history: History | undefined;
  let opened: Opened | undefined;
  /** The newest questions of two sorts. An answer changes nothing here if a newer question of its sort was asked since. */
  const newest = { source: 0, room: 0 };

  const current = (): History => {
    if (!history) throw new Error('Nothing was opened to read from.');
    return history;
  };
  const logOf = async (room: string): Promise<RoomLog> =>
    opened?.log.room === room ? opened.log : current().open(room);
  const ruled = async (room: string): Promise<readonly [RoomLog, Kind]> => [
    remembered(await current().open(room)),
    rulesOf(registry, room),
  ];

  return {
    source: async ({ id }, source) => {
      newest.source = id;
      const found = await historyOf(source);
      if (newest.source === id) [history, opened] = [found, undefined];
      return { cutOff: found.cutOff };
    },
    rooms: () => current().rooms(),
    room: async ({ id }, name) => {
      newest.room = id;
      const log = await current().open(name);
      const { first } = await extentOf(log);
      const { version: last, epoch } = await now(log);
      const [firstAt, lastAt] = [await timeIn(log, first, 0), await timeIn(log, last, -1)];
      // Only now, when nothing can fail any more: after a failure the room before stays open.
      if (newest.room === id)
        opened = { log, kept: remembered(log), actors: createNames(mostActors), types: createNames(mostTypes) };
      const joiningIsAnEvent = Object.hasOwn(registry.kindOf(name)?.internal ?? {}, 'joined');
      return { first, last, firstAt, lastAt, epoch, joiningIsAnEvent };
    },
    version: async (_, room) => now(await logOf(room)),
    moment: async (_, room, version) => momentAt(registry, await logOf(room), version),
    scan: async ({ unwanted, chunk }, room, from) => {
      if (opened?.log.room !== room) return null;
      const { log, actors, types } = opened;
      for await (const each of scan(log, from, actors, types)) {
        if (unwanted.aborted) break;
        chunk(each, [each.times.buffer, each.actors.buffer, each.types.buffer, each.refused.buffer]);
      }
      return null;
    },
    events: async (_, room, seqs) => {
      if (opened?.log.room !== room) return [];
      const { kept } = opened;
      const found = new Map<number, LoggedEvent>();
      for (const seq of seqs)
        if (!found.has(seq))
          for await (const page of kept.pages({ from: seq, to: seq }))
            for (const event of page.events) found.set(event.seq, event);
      return seqs.flatMap((seq) => found.get(seq) ?? []);
    },
    search: async ({ unwanted, chunk }, room, text, from) => {
      let found: number[] = [];
      let told = performance.now();
      for await (const { event } of events(await logOf(room), { from, text })) {
        if (unwanted.aborted) return null;
        found.push(event.seq);
        if (found.length < mostFound && performance.now() - told < foundEvery) continue;
        chunk(found);
        [found, told] = [[], performance.now()];
      }
      chunk(found);
      return null;
    },
    change: async (_, room, { path, version, direction }) => {
      const [log, kind] = await ruled(room);
      return (direction === 1 ? nextChange : lastChange)(log, kind, { path, version });
    },
    bisect: async (_, room, expression, every) => {
      const [log, kind] = await ruled(room);
      return (every ? firstTrue : bisect)(log, kind, await predicateOf(expression));
    },
    test: async (_, room, expression, version) => {
      const [log, kind] = await ruled(room);
      const { shrunk, of } = await shrinkRoom(log, kind, version, await predicateOf(expression));
      return shrunk && { lines: givenTest(kind.name, shrunk.events, expression), events: shrunk.events.length, of };
    },
    saw: async (_, room, member, version) => {
      const seen = await saw(...(await ruled(room)), { member, version });
      return { ...seen, changes: changes(seen.state, seen.shown) };
    },
    exported: async (_, room) => {
      const parts: BlobPart[] = [];
      for await (const part of exportRooms([await wholeLog(await current().open(room))], Date.now()))
        parts.push(part as Uint8Array<ArrayBuffer>);
      return new Blob(parts, { type: 'application/x-ndjson' });
    },
    fork: async (_, room, version, runtime) => {
      const target = { client: clientOf(runtime), tables: runtime.tables };
      return forkRoom(...(await ruled(room)), { version, as: copyName(room), at: Date.now() }, target);
    },
  };
};
