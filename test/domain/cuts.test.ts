import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event, LoggedEvent } from '../../domain/event.ts';
import { refold } from '../../domain/fold.ts';
import type { Kind } from '../../domain/kind.ts';
import { beginning, foldPage, type Latest, type Page } from '../../domain/page.ts';
import { tally } from './tally.ts';

type State = typeof tally.initial;

/** One room's log as its head's stream would carry it; some actions are sent again, marked as such. */
const appended = fc
  .array(
    fc.record({
      type: fc.constantFrom('add', 'never', 'throw', 'grow'),
      amount: fc.integer({ min: -5, max: 5 }),
      text: fc.string({ maxLength: 200 }),
      again: fc.option(fc.nat(), { freq: 6 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((actions) => {
    const events: Event[] = [];
    for (const [index, { type, amount, text, again }] of actions.entries()) {
      const first = again === null ? undefined : events[again % (events.length || 1)];
      const draft = first ?? { id: `id-${index}`, type, data: { amount, text }, by: 'ann', connection: 'c', at: 0 };
      events.push({ ...draft, seq: index + 1, ...(first && { retry: true as const }) });
    }
    return events;
  });

/** Batches as a stream may deliver them: in order, but anything may come again from any earlier place. */
const delivered = appended.chain((events) =>
  fc
    .array(fc.record({ back: fc.nat({ max: 5 }), count: fc.integer({ min: 1, max: 8 }) }), { minLength: 1 })
    .map((steps) => {
      const batches: Event[][] = [];
      for (let next = 0, step = 0; next < events.length; step += 1) {
        const { back = 0, count = 1 } = steps[step % steps.length] ?? {};
        const from = Math.max(0, next - back);
        const to = Math.max(next + 1, from + count);
        batches.push(events.slice(from, to));
        next = to;
      }
      return { events, batches };
    }),
);

/** Folds batches one after the other, as warm and cold folds in turn would. */
const run = (batches: readonly (readonly Event[])[]) => {
  let latest: Latest<State> = beginning(tally);
  const pages: Page<State>[] = [];
  const older: LoggedEvent[] = [];
  for (const events of batches) {
    const folded = foldPage({ epoch: 'e', room: 'tally/room', kind: tally, latest, events, older, at: 0 });
    if (!folded) continue;
    ({ latest } = folded);
    pages.push(folded.page);
    older.push(...folded.page.events);
  }
  return { latest, pages, log: pages.flatMap((page) => page.events) };
};

describe('any way of cutting and repeating the records of a room', () => {
  it('[F2] ends in the same state and the same log', () => {
    fc.assert(
      fc.property(delivered, ({ events, batches }) => {
        const whole = run([events]);
        const cut = run(batches);
        expect(cut.log).toEqual(whole.log);
        expect(cut.latest.state).toEqual(whole.latest.state);
        expect(cut.log.map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq));
      }),
    );
  });

  it('[L1] leaves checkpoints each of which follows from the one before', () => {
    fc.assert(
      fc.property(delivered, ({ events, batches }) => {
        const { pages } = run(batches);
        let state = tally.initial;
        let next = 1;
        for (const page of pages) {
          expect(page.from).toBe(next);
          next = page.to + 1;
          state = refold(tally as Kind<State>, state, page.events);
          if ('state' in page) expect(page.state).toEqual(state);
        }
        expect(next).toBe(events.length + 1);
        expect(pages[0]).toHaveProperty('state');
      }),
    );
  });
});
