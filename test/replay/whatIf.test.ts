import { describe, expect, it } from 'vitest';
import type { Kind } from '../../domain/kind.ts';
import { corrections } from '../../replay/rebuild.ts';
import { whatIf } from '../../replay/what-if.ts';
import { tally } from '../domain/tally.ts';
import { all, altered, fold, memoryLog, stateless } from './memoryLog.ts';

type State = typeof tally.initial;
const old = tally as Kind<State>;
const add = (amount: number, more = {}) => ({ type: 'add', data: { amount }, ...more });
const pages = fold(tally, [add(1), add(2)], ['never', add(4)], [add(8)], [add(16), add(32)]);
const log = memoryLog(pages);

/** Rules that refuse more than before, and rules that fold otherwise. */
const strict: Kind<State> = {
  ...old,
  refusal: (state, event) => (state.sum + (event.data as { amount: number }).amount > 20 ? 'too-much' : undefined),
};
const double: Kind<State> = {
  ...old,
  fold: (state, event) =>
    old.fold(old.fold(state, event), (event.data as { amount: number }).amount === 8 ? event : (add(0) as never)),
};

describe('whatIf', () => {
  it('finds no difference under the rules that the log was written with', async () => {
    const same = await whatIf(log, old, old);
    expect(same).toMatchObject({ from: 1, to: 7, events: 7, verdicts: 0, same: true });
    expect(same).not.toHaveProperty('first');
  });

  it('names the first event that would be refused, or would count, and the state at the end', async () => {
    expect(await whatIf(log, strict)).toMatchObject({
      verdicts: 3,
      first: { what: 'verdict', version: 3, was: 'not-allowed', now: 'fault', before: { sum: 3 } },
      was: { sum: 63 },
      now: { sum: 15 },
      same: false,
    });
  });

  it('keeps duplicates as they are', async () => {
    const twice = memoryLog(fold(tally, [add(1, { id: 'a' }), add(1, { id: 'a' })]));
    expect(await whatIf(twice, old)).toMatchObject({ verdicts: 0, same: true });
  });

  it('names the checkpoint before which another state was made', async () => {
    const found = await whatIf(
      memoryLog([...pages.slice(0, 2), stateless(pages[2] as never), ...pages.slice(3)]),
      double,
    );
    expect(found).toMatchObject({ verdicts: 0, now: { sum: 71 }, was: { sum: 63 } });
    expect(found.first).toMatchObject({ what: 'checkpoint', from: 5, version: 7, was: { sum: 63 }, now: { sum: 71 } });
  });

  it('names the event that made another state, given the rules that the log was written with', async () => {
    const sparse = [...pages.slice(0, 2), ...pages.slice(2).map(stateless)];
    for (const log of [pages, sparse])
      expect((await whatIf(memoryLog(log), double, old)).first).toMatchObject({
        what: 'state',
        version: 5,
        event: { seq: 5 },
        before: { sum: 7 },
        was: { sum: 15 },
        now: { sum: 23 },
      });
  });

  it('begins at the first checkpoint left where old pages are gone', async () => {
    expect(await whatIf(memoryLog(pages.slice(1)), old, old)).toMatchObject({ from: 5, events: 3, same: true });
  });
});

describe('corrections', () => {
  it('has none for a log whose states are right', async () => {
    expect(await all(corrections(log, old))).toEqual([]);
  });

  it('gives all recorded states from the wrong one on, as they should be', async () => {
    const found = await all(corrections(log, double));
    expect(found).toMatchObject([
      { room: 'tally/room', from: 5, version: 5, recorded: { sum: 15 }, state: { sum: 23 } },
      { room: 'tally/room', from: 6, version: 7, recorded: { sum: 63 }, state: { sum: 71 } },
    ]);
    const mended = found.reduce<typeof pages>(
      (now, { from, state }) =>
        altered(
          now,
          now.findIndex((page) => page.from === from),
          { state },
        ),
      pages,
    );
    expect(await all(corrections(memoryLog(mended), double))).toEqual([]);
  });

  it('[F5] asks about no refusal', async () => {
    expect(await all(corrections(log, { ...old, refusal: () => 'closed' }))).toEqual([]);
  });
});
