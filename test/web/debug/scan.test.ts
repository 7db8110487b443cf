import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../../../domain/event.ts';
import { counter } from '../../../domain/kinds/counter.ts';
import type { Page } from '../../../domain/page.ts';
import { createRegistry } from '../../../domain/registry.ts';
import type { RoomLog } from '../../../replay/log.ts';
import { momentAt } from '../../../web/debug/reader/moment.ts';
import { createNames, missingName, otherName, scan } from '../../../web/debug/reader/scan.ts';

const event = (seq: number, more: Partial<LoggedEvent> = {}): LoggedEvent => ({
  seq,
  id: `id-${seq}`,
  type: 'plus',
  data: {},
  by: `user-${seq % 3}`,
  connection: 'c',
  at: seq * 10,
  ...more,
});
const page = (events: readonly LoggedEvent[], from: number, more: Partial<Page> = {}): Page => ({
  room: 'counter/global-counter',
  from,
  to: events.at(-1)?.seq ?? from,
  events,
  bytes: 1,
  at: (events.at(-1)?.at ?? 0) + 5,
  ...more,
});

/** A log of these pages, as any source would hand them out. */
const logOf = (pages: readonly Page[], room = 'counter/global-counter'): RoomLog => ({
  room,
  extent: async () => ({ first: pages[0]?.from ?? 1, last: pages.at(-1)?.to ?? 0 }),
  head: async () => undefined,
  async *pages({ from = 1, to = Number.POSITIVE_INFINITY } = {}) {
    yield* pages.filter((each) => each.to >= from && each.from <= to);
  },
  checkpoint: async (version) => {
    const found = pages.findLast((each) => 'state' in each && each.to <= version);
    return found && { from: found.from, version: found.to, bytes: 1, at: found.at, state: found.state };
  },
  async *checkpoints() {
    for (const each of pages) if ('state' in each) yield { from: each.from, version: each.to, bytes: 1, at: each.at };
  },
});

const scanned = async (log: RoomLog, from: number, actors = createNames(100)) => {
  const chunks = await Array.fromAsync(scan(log, from, actors, createNames(100)));
  return {
    froms: chunks.map((chunk) => chunk.from),
    rows: chunks.flatMap(({ times, actors: who, refused }) =>
      Array.from(times, (at, row) => [at, who[row], refused[row]]),
    ),
    names: chunks.flatMap(({ names }) => names),
  };
};

describe('a log that is scanned', () => {
  it('becomes columns, from an event in the middle of a page on', async () => {
    const log = logOf([page([event(1), event(2), event(3, { refused: 'stale' })], 1)]);
    const { froms, rows, names } = await scanned(log, 2);
    expect(froms).toEqual([2]);
    expect(rows).toEqual([
      [20, 2, 0],
      [30, 3, 1],
    ]);
    expect(names.slice(2)).toEqual(['user-2', 'user-0']);
  });

  it('has a row for each event that is missing, so that rows and versions go together', async () => {
    const { rows } = await scanned(logOf([page([event(1), event(4)], 1, { missing: [[2, 3]] })]), 1);
    expect(rows.map(([, actor]) => actor)).toEqual([2, missingName, missingName, 2]);
  });

  it('ends where missing events would make more rows than there could be, with what there is before', async () => {
    const log = logOf([page([event(1), event(4)], 1), page([event(10 ** 12)], 5)]);
    const rows: number[] = [];
    const read = async () => {
      for await (const chunk of scan(log, 1, createNames(100), createNames(100))) rows.push(...chunk.times);
    };
    await expect(read()).rejects.toThrow('999999999997 events are missing up to event 1000000000000');
    expect(rows).toEqual([10, 40, 40, 40]);
  });

  it('comes in chunks that follow each other, with each name once', async () => {
    const log = logOf(
      Array.from({ length: 50 }, (_, index) =>
        page(
          Array.from({ length: 100 }, (__, place) => event(index * 100 + place + 1)),
          index * 100 + 1,
        ),
      ),
    );
    const { froms, rows, names } = await scanned(log, 1);
    expect(froms.slice(0, 3)).toEqual([1, 513, 1537]);
    expect(rows.map(([at]) => at)).toEqual(Array.from({ length: 5000 }, (_, index) => (index + 1) * 10));
    expect(new Set(names).size).toBe(names.length);
  });

  it('tells only so many actors apart', () => {
    const actors = createNames(2);
    expect(['a', 'b', 'c', 'a', 'd'].map(actors.placeOf)).toEqual([2, 3, otherName, 2, otherName]);
  });
});

describe('a moment', () => {
  const registry = createRegistry([counter]);

  it('has the event, the state after it, and what it changed', async () => {
    const log = logOf([page([event(1), event(2)], 1)]);
    expect(await momentAt(registry, log, 2)).toMatchObject({
      version: 2,
      event: { seq: 2 },
      committed: 25,
      state: { value: 2 },
      changes: [{ path: [], what: 'changed', before: 1, after: 2 }],
    });
  });

  it('has a state where the event never arrived', async () => {
    const log = logOf([page([event(1), event(3)], 1, { missing: [[2, 2]] })]);
    const moment = await momentAt(registry, log, 2);
    expect(moment).toMatchObject({ version: 2, state: { value: 1 } });
    expect(moment.event).toBeUndefined();
  });

  it('has the event and says why there is no state, where old pages are gone or no kind rules the room', async () => {
    const later = logOf([page([event(11)], 11), page([event(12)], 12, { state: 5 }), page([event(13)], 13)]);
    expect(await momentAt(registry, later, 11)).toMatchObject({
      event: { seq: 11 },
      problem: expect.stringContaining('no longer goes back'),
    });
    const first = await momentAt(registry, later, 12);
    expect(first).toMatchObject({ event: { seq: 12 }, state: { value: 5 } });
    expect(first.changes).toBeUndefined();
    const strange = await momentAt(registry, logOf([page([event(1)], 1)], 'chess/1'), 1);
    expect(strange).toMatchObject({ event: { seq: 1 }, problem: expect.stringContaining('No kind rules "chess/1"') });
  });

  it('[F4] has what the rules throw on the event: message and stack', async () => {
    const broken = () => {
      throw new RangeError('No more.');
    };
    const log = logOf([page([event(1), { ...event(2), refused: 'fault' }], 1)]);
    const failing = createRegistry([{ ...counter, fold: broken }]);
    for (const version of [1, 2])
      expect(await momentAt(failing, log, version)).toMatchObject({
        problem: 'The rules fail on this event now: No more.',
        stack: expect.stringMatching(/^RangeError: No more\.\n +at .*scan\.test\.ts/),
      });
  });

  it('is refused beyond the end', async () => {
    await expect(momentAt(registry, logOf([page([event(1)], 1)]), 2)).rejects.toThrow('has the events 1 to 1');
  });
});
