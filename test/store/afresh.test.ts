import { describe, expect, it } from 'vitest';
import type { Event } from '../../domain/event.ts';
import type { Kind } from '../../domain/kind.ts';
import { foldPage, type Latest, type Page } from '../../domain/page.ts';
import { type FoldedAfresh, StillFolding } from '../../store/afresh.ts';
import { createLog } from '../../store/log.ts';
import { createSweep } from '../../store/sweep.ts';
import { board1, board2, board3, without } from '../domain/board/board.ts';
import { tablesOfFile } from './tables.ts';

const tables = await tablesOfFile();

/** A log of its own for each reader, and what it says. */
const reading = (kind?: Kind, patience?: number, now?: () => number) => {
  const said: FoldedAfresh[] = [];
  const faults: string[] = [];
  const log = createLog(tables.database, tables.names.log, {
    onAfresh: (folded) => said.push(folded),
    onFault: (_, __, fault) => faults.push(fault.message),
    ...(kind && { kindOf: () => kind }),
    ...(patience !== undefined && { patience }),
    ...(now && { now }),
  });
  return { log, said, faults };
};

const event = (seq: number, points: number, by = 'ann'): Event => ({
  seq,
  id: `id-${seq}`,
  type: 'give',
  data: { points },
  by,
  connection: by,
  at: seq,
});

/** Folds events onto a room as the fold does, `size` to a page. */
const append = async <State>(room: string, kind: Kind<State>, events: readonly Event[], size = events.length) => {
  let latest: Latest<State> = await tables.log.latest(room, kind);
  const pages: Page<State>[] = [];
  for (let first = 0; first < events.length; first += size) {
    const some = events.slice(first, first + size);
    const folded = foldPage({ room, kind, epoch: 'e', latest, events: some, at: some[0]?.at ?? 0 });
    if (!folded) throw new Error('The events are in the log already.');
    expect(await tables.log.commit(folded.page)).toBe(true);
    pages.push(folded.page);
    latest = folded.latest;
  }
  return pages;
};

const points = (count: number, from = 1) => Array.from({ length: count }, (_, place) => event(from + place, 1));
const sweep = (room: string, time: number) => createSweep(tables.database, tables.names.log).room(room, time);

describe('a room that other rules folded', () => {
  it('[F5] is folded afresh from its events, with the verdicts that they had', async () => {
    const room = 'board/afresh';
    await append(room, board1, [event(1, 3), event(2, -9), event(3, 4, 'bob')], 1);
    const { log, said } = reading();
    const latest = await log.latest(room, board2);
    expect(latest).toMatchObject({ version: 3, counted: 3, state: { sum: 7, players: { ann: 3, bob: 4 } } });
    expect(said).toMatchObject([{ room, from: 1, events: 3, by: 'events', unfinished: false }]);
    expect(said[0]?.ms).toBeGreaterThanOrEqual(0);
  });

  it('goes on with a checkpoint, and from then on nothing is folded afresh', async () => {
    const room = 'board/goes-on';
    await append(room, board1, points(2_000), 100);
    const [page] = await append(room, board2, [event(2_001, 20, 'bob')]);
    expect(page).toMatchObject({ rules: 2, state: { sum: 2_020, players: { ann: 2_000, bob: 20 } } });
    expect(page?.events[0]).not.toHaveProperty('refused');
    const { log, said } = reading();
    expect(await log.latest(room, board2)).toMatchObject({ state: { sum: 2_020 } });
    expect(said).toEqual([]);
  });

  it('is folded afresh once, though nothing happens in it any more', async () => {
    const room = 'board/quiet';
    await append(room, board1, points(10), 1);
    await reading().log.latest(room, board2);
    const { log, said } = reading();
    expect(await log.latest(room, board2)).toMatchObject({ version: 10, counted: 10, state: { sum: 10 } });
    expect(said).toEqual([]);
    expect((await log.pages(room, 1, 100)).map(({ from }) => from)).toEqual(points(10).map(({ seq }) => seq));
  });

  it('is folded afresh piece by piece where it is long: each call goes on where the one before ended', async () => {
    const room = 'board/pieces';
    await append(room, board1, points(3_000), 250);
    let clock = 0;
    const { log, said } = reading(undefined, 0, () => ++clock);
    let calls = 0;
    for (let done = false; !done; calls += 1)
      await log.latest(room, board2).then(
        (latest) => {
          expect(latest).toMatchObject({ version: 3_000, state: { sum: 3_000, players: { ann: 3_000 } } });
          done = true;
        },
        (thrown) => expect(thrown).toBeInstanceOf(StillFolding),
      );
    expect(calls).toBeGreaterThan(3);
    expect(said.map(({ unfinished }) => unfinished)).toEqual([...Array(calls - 1).fill(true), false]);
    expect(said.reduce((sum, { events }) => sum + events, 0)).toBe(3_000);
  });

  it('has its states of before, too', async () => {
    const room = 'board/before';
    await append(room, board1, points(6), 3);
    expect(await reading().log.at(room, board2, 4)).toMatchObject({ version: 4, state: { sum: 4 } });
    expect(await reading().log.latest(room, board2)).toMatchObject({ version: 6, state: { sum: 6 } });
  });

  it('is folded afresh by rules that are brought back', async () => {
    const room = 'board/back';
    await append(room, board1, points(2), 1);
    await append(
      room,
      board2,
      points(2, 3).map((each) => ({ ...each, data: { points: 10 } })),
    );
    expect(await reading().log.latest(room, board1)).toMatchObject({ version: 4, state: 22 });
  });

  it('is folded afresh where the rules changed without a new version, and somebody noticed', async () => {
    const room = 'board/hash';
    await append(room, { ...board1, hash: 'a' } as Kind<number>, points(3));
    const doubled = { ...board1, hash: 'b', fold: (sum: number) => sum + 2 } as Kind<number>;
    expect(await reading().log.latest(room, doubled)).toMatchObject({ state: 6 });
    // On AWS nobody looks.
    expect(await reading().log.latest(room, board1)).toMatchObject({ state: 3 });
  });
});

describe('a room whose old events are gone', () => {
  /** Five events, the first four of which went. */
  const swept = async (room: string) => {
    await append(room, board1, points(5), 1);
    expect(await sweep(room, 5)).toBe(3);
  };

  it('is upgraded from the state that is left, and folded on', async () => {
    const room = 'board/swept';
    await swept(room);
    const { log, said } = reading();
    expect(await log.latest(room, board2)).toMatchObject({ version: 5, state: { sum: 5, players: { ann: 1 } } });
    expect(said).toMatchObject([{ from: 1, events: 1, by: 'upgrade' }]);
  });

  it.each([
    ['has no upgrade', without(board2, 'upgrade')],
    [
      'fails in it',
      {
        ...board2,
        upgrade: () => {
          throw new Error('no');
        },
      } as Kind<typeof board2.initial>,
    ],
    [
      'hangs in it',
      {
        ...board2,
        upgrade: () => {
          for (;;);
        },
      } as Kind<typeof board2.initial>,
    ],
    ['makes no state in it', { ...board2, upgrade: () => undefined as never } as Kind<typeof board2.initial>],
  ])('[F4] refuses what comes, where the kind %s, until it can be upgraded', async (why, kind) => {
    const room = `board/stuck-${why.replaceAll(' ', '-')}`;
    await swept(room);
    const { log, said } = reading();
    expect(await log.latest(room, kind)).toMatchObject({ version: 5, stuck: true });
    expect(said).toMatchObject([{ by: 'stuck', fault: { message: expect.stringMatching(/./) } }]);
    const [page] = await append(room, kind, points(2, 6));
    expect(page?.events.map(({ refused }) => refused)).toEqual(['not-upgraded', 'not-upgraded']);
    expect(page).not.toHaveProperty('state');
    await append(room, kind, points(1, 8));
    expect(await reading().log.latest(room, board2)).toMatchObject({ version: 8, state: { sum: 5 } });
    const [next] = await append(room, board2, [event(9, 10)]);
    expect(next).toMatchObject({ rules: 2, state: { sum: 15 } });
  });

  it('does not go on from a place that went', async () => {
    const room = 'board/hole';
    await append(room, board1, points(3), 1);
    await reading().log.latest(room, board2);
    await append(room, board1, points(5, 4), 1);
    await sweep(room, 8);
    expect(await reading().log.latest(room, board2)).toMatchObject({ version: 8, state: { sum: 8 } });
  });
});

describe('an event of older rules', () => {
  it('is read in the shape that it has today, wherever it is read', async () => {
    const room = 'board/upcast';
    await append(room, board1, points(3), 1);
    const { log } = reading(board3 as Kind);
    const today = { type: 'score', data: { points: 1, team: 'all' } };
    expect(await log.pages(room, 1, 3)).toMatchObject([1, 2, 3].map((seq) => ({ events: [{ seq, ...today }] })));
    expect((await Array.fromAsync(log.pagesBack(room, 3, 3)))[0]).toMatchObject({ events: [today] });
    expect((await Array.fromAsync(log.pagesSince(room, 3)))[0]).toMatchObject({ events: [today] });
    expect(await log.page(room, 2)).toMatchObject({ events: [today] });
    const latest = await log.latest(room, board3);
    expect(latest).toMatchObject({ state: { teams: { all: 3 } }, recent: [today] });
  });

  it('[F4] counts for nothing where it can be made nothing of', async () => {
    const room = 'board/upcast-fails';
    await append(room, board1, points(3), 1);
    const upcast = (old: Event) => {
      if (old.seq === 2) throw new Error('what is two?');
      return { type: 'score', data: { points: 1, team: 'all' } };
    };
    const kind = { ...board3, upcast } as Kind<typeof board3.initial>;
    const { log, faults } = reading(kind as Kind);
    expect(await log.latest(room, kind)).toMatchObject({ version: 3, state: { teams: { all: 2 } } });
    expect(faults).toEqual(['what is two?']);
  });
});

it('folds a hundred thousand events afresh, in whatever pages they are, while others are read', async () => {
  const events = points(100_000);
  const room = 'board/long';
  let state = 0;
  for (let first = 0; first < events.length; first += 1_000) {
    const some = events.slice(first, first + 1_000);
    state += some.length;
    const last = first + some.length;
    const page = { room, epoch: 'e', since: first, lanes: 1, bytes: 1, at: last, from: first + 1, to: last };
    await tables.log.commit({ ...page, events: some, state });
  }
  await append('board/short', board2, [event(1, 20)]);
  const { log, said } = reading();
  let done = false;
  const long = log.latest(room, board2).finally(() => {
    done = true;
  });
  let others = 0;
  while (!done) {
    await log.latest('board/short', board2);
    others += 1;
  }
  expect(await long).toMatchObject({ version: 100_000, state: { sum: 100_000 } });
  expect(said).toMatchObject([{ events: 100_000 }]);
  expect(others).toBeGreaterThan(3);
});
