import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event, LoggedEvent } from '../../domain/event.ts';
import type { Pace } from '../../domain/kind.ts';
import { createPacer, pacedOf, stillPaced } from '../../domain/pace.ts';
import { beginning, foldPage } from '../../domain/page.ts';
import { tally } from './tally.ts';

const pace: Pace = { perSecond: 10, burst: 20 };

const add = (seq: number, at: number, by = 'ann', more: Partial<Event> = {}): Event => ({
  seq,
  id: `id-${seq}`,
  type: 'add',
  data: { amount: 1 },
  by,
  connection: by,
  at,
  ...more,
});

/** Folds batches one after the other. `cold`: each by a fold that knows only the log. */
const fold = (
  batches: readonly (readonly Event[])[],
  { cold = false, kind = tally, lanes = 1 } = {},
): readonly LoggedEvent[] => {
  let latest = { ...beginning(kind), lanes };
  let warm: ReturnType<typeof pacedOf> = [];
  const log: LoggedEvent[] = [];
  for (const events of batches) {
    const past = cold ? pacedOf(tally, log) : warm;
    const folded = foldPage({
      epoch: 'e',
      room: 'tally/a',
      kind,
      latest,
      events,
      pacing: { pace, past },
      at: 0,
    });
    if (!folded) continue;
    ({ latest } = folded);
    warm = stillPaced(pace, [...warm, ...pacedOf(tally, folded.page.events)]);
    log.push(...folded.page.events);
  }
  return log;
};

const counted = (events: readonly LoggedEvent[]) =>
  events.filter(({ refused }) => refused === undefined).map(({ seq }) => seq);

describe('a sender', () => {
  it('[S3] has a burst at once, and no more than that in the time after it', () => {
    const times = [...Array(25).fill(1000), 2999, 3000, ...Array(25).fill(3001)];
    const log = fold([times.map((at, index) => add(index + 1, at))]);
    expect(counted(log)).toEqual([
      ...Array.from({ length: 20 }, (_, index) => index + 1),
      ...Array.from({ length: 20 }, (_, index) => index + 27),
    ]);
    expect(log[20]).toMatchObject({ refused: 'slow-down' });
  });

  it('[S3] may go on for ever as fast as it may in the long run', () => {
    const events = Array.from({ length: 500 }, (_, index) => add(index + 1, index * 100));
    expect(counted(fold([events]))).toHaveLength(500);
  });

  it('[S3] takes nothing from another, nor from what the system appends', () => {
    const flood = Array.from({ length: 50 }, (_, index) => add(index + 1, 0));
    const others = Array.from({ length: 20 }, (_, index) => add(index + 51, 0, `bob-${index}`));
    const internal = add(71, 0, 'ann', { type: 'joined' });
    const log = fold([[...flood, ...others, internal]]);
    expect(counted(log).filter((seq) => seq > 50)).toHaveLength(20);
    expect(log.at(-1)?.refused).not.toBe('slow-down');
  });

  it('[S3] is a verified user on all of its connections, and else a connection, whatever it calls itself', () => {
    const tabs = Array.from({ length: 25 }, (_, index) => add(index + 1, 0, 'ann', { connection: `tab-${index}` }));
    expect(counted(fold([tabs]))).toHaveLength(20);
    const names = Array.from({ length: 25 }, (_, index) => add(index + 1, 0, `~ann-${index}`, { connection: 'c' }));
    expect(counted(fold([names]))).toHaveLength(20);
    const namesakes = Array.from({ length: 25 }, (_, index) => add(index + 1, 0, '~ann', { connection: `c-${index}` }));
    expect(counted(fold([namesakes]))).toHaveLength(25);
  });

  it('[S3] has less in a crowd, least where everybody hears of each action, and always one', () => {
    const flood = Array.from({ length: 25 }, (_, index) => add(index + 1, 0));
    const counts = (kind: typeof tally) =>
      [1, 4, 16, 64, 1024].map((lanes) => counted(fold([flood], { kind, lanes })).length);
    expect(counts(tally)).toEqual([20, 20, 20, 5, 1]);
    expect(counts({ ...tally, cast: 'events' })).toEqual([20, 5, 1, 1, 1]);
  });

  it('[F6] may send again, under the same id, what was too much; a duplicate is answered as the first was', () => {
    const flood = Array.from({ length: 21 }, (_, index) => add(index + 1, 0));
    const log = fold([flood, [add(22, 0, 'ann', { id: 'id-1' }), add(23, 5000, 'ann', { id: 'id-21' })]]);
    expect(log[20]?.refused).toBe('slow-down');
    expect(log[21]).toMatchObject({ refused: 'duplicate', first: { seq: 1 } });
    expect(log[22]).not.toHaveProperty('refused');
  });
});

it('[F2] a fold that remembers, one that reads the log, and any cut of the batches give the same verdicts', () => {
  const sent = fc.array(
    fc.record({ by: fc.constantFrom('ann', 'bob'), wait: fc.integer({ min: -300, max: 300 }), cut: fc.boolean() }),
    { minLength: 40, maxLength: 200 },
  );
  let refusals = 0;
  fc.assert(
    fc.property(sent, (actions) => {
      let at = 0;
      const batches: Event[][] = [[]];
      for (const [index, { by, wait, cut }] of actions.entries()) {
        at = Math.max(0, at + wait);
        if (cut) batches.push([]);
        batches.at(-1)?.push(add(index + 1, at, by));
      }
      const whole = fold([batches.flat()]);
      expect(fold(batches)).toEqual(whole);
      expect(fold(batches, { cold: true })).toEqual(whole);
      refusals += whole.filter(({ refused }) => refused === 'slow-down').length;
    }),
  );
  expect(refusals).toBeGreaterThan(0);
});

it('what is remembered of senders is bounded, by number and by time', () => {
  const many = Array.from({ length: 5000 }, (_, index) => ({ seq: index + 1, sender: 'ann', at: 0 }));
  expect(stillPaced(pace, many).length).toBeLessThanOrEqual(2000);
  const old = [
    { seq: 1, sender: 'ann', at: 0 },
    { seq: 2, sender: 'ann', at: 600_000 },
  ];
  expect(stillPaced(pace, old).map(({ seq }) => seq)).toEqual([2]);
  expect(createPacer(tally, pace, 1, many).isTooFast(add(6981, 0))).toBe(true);
  expect(createPacer(tally, pace, 1, many).isTooFast(add(6982, 0))).toBe(false);
});
