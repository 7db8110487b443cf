import { describe, expect, it } from 'vitest';
import type { Event, LoggedEvent } from '../../domain/event.ts';
import { refold } from '../../domain/fold.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { freeStateBytes, maxPageBytes, maxStateBytes } from '../../domain/limits.ts';
import { beginning, type Folded, foldPage, type Latest } from '../../domain/page.ts';
import { tally } from './tally.ts';

type State = typeof tally.initial;

const event = (seq: number, type: string, data: unknown = {}, more: Partial<Event> = {}): Event => ({
  seq,
  id: `id-${seq}`,
  type,
  data,
  by: 'ann',
  connection: 'c1',
  at: seq,
  ...more,
});

const add = (seq: number, amount = 1, more: Partial<Event> = {}) => event(seq, 'add', { amount }, more);

const fold = (latest: Latest<State>, events: readonly Event[], older?: readonly LoggedEvent[]): Folded<State> => {
  const folded = foldPage({
    epoch: 'e',
    room: 'tally/room',
    kind: tally,
    latest,
    events,
    at: 5,
    ...(older && { older }),
  });
  if (!folded) throw new Error('Nothing was folded.');
  return folded;
};
const start = beginning(tally);

describe('foldPage', () => {
  it('[F2] drops events that the log holds, and those that come twice in one batch', () => {
    const { page, latest } = fold(fold(start, [add(1), add(2)]).latest, [
      add(1),
      add(2),
      add(3),
      add(3),
      add(2),
      add(4),
    ]);
    expect(page.events.map(({ seq }) => seq)).toEqual([3, 4]);
    expect(latest).toMatchObject({ version: 4, state: { sum: 4 } });
  });

  it('[F2] folds nothing when the log holds the whole batch', () => {
    const { latest } = fold(start, [add(1)]);
    expect(foldPage({ epoch: 'e', room: 'tally/room', kind: tally, latest, events: [add(1)], at: 5 })).toBeUndefined();
  });

  it('[F3] says which events are missing, and goes on', () => {
    const { page, latest } = fold(fold(start, [add(1)]).latest, [add(4), add(5), add(8)]);
    expect(page).toMatchObject({
      from: 2,
      to: 8,
      missing: [
        [2, 3],
        [6, 7],
      ],
    });
    expect(latest).toMatchObject({ version: 8, state: { sum: 4 } });
  });

  it('[F1] begins where the page before ended, so that two folds of one place write under one key', () => {
    const { latest } = fold(start, [add(1), add(2)]);
    expect(fold(latest, [add(3)]).page.from).toBe(3);
    expect(fold(latest, [add(4)]).page.from).toBe(3);
  });

  it('[F4] records a refusal, and the state stays', () => {
    const { page, latest } = fold(start, [add(1), event(2, 'never'), add(3)]);
    expect(page.events.map(({ refused }) => refused)).toEqual([undefined, 'not-allowed', undefined]);
    expect(latest.state.sum).toBe(2);
  });

  it('[F4] records rules that throw as a fault, and goes on', () => {
    const { page, latest } = fold(start, [add(1), event(2, 'throw'), add(3)]);
    expect(page.events[1]?.refused).toBe('fault');
    expect(latest.state.sum).toBe(2);
  });

  it('[F4] refuses an event that makes the state too large, and takes the next that does not', () => {
    const half = 'x'.repeat(maxStateBytes / 2);
    const grow = (seq: number) => event(seq, 'grow', { text: half });
    const { page, latest } = fold(start, [grow(1), grow(2), add(3)]);
    expect(page.events.map(({ refused }) => refused)).toEqual([undefined, 'state-too-large', undefined]);
    expect(latest.state.text).toHaveLength(half.length);
  });

  it('[F5] never asks about refusals again when it folds history', () => {
    const { page } = fold(start, [add(1), event(2, 'never'), add(3)]);
    const stricter = { ...tally, refusal: () => 'closed' };
    expect(refold(stricter, tally.initial, page.events).sum).toBe(2);
    expect(refold(tally, tally.initial, [{ ...add(1), refused: 'old-rule' }]).sum).toBe(0);
  });

  it('[F6] refuses an id that its sender used in the latest page or in the batch, and names the first', () => {
    const { latest } = fold(start, [add(1, 1, { id: 'a' })]);
    const { page } = fold(latest, [add(2, 1, { id: 'a' }), add(3, 1, { id: 'b' }), add(4, 1, { id: 'b' })]);
    expect(page.events).toMatchObject([
      { seq: 2, refused: 'duplicate', first: { seq: 1 } },
      { seq: 3, id: 'b' },
      { seq: 4, refused: 'duplicate', first: { seq: 3 } },
    ]);
    expect(page.events[1]).not.toHaveProperty('refused');
  });

  it('[F6] names with the first why that was refused', () => {
    const { latest } = fold(start, [event(1, 'never', {}, { id: 'a' })]);
    expect(fold(latest, [event(2, 'never', {}, { id: 'a' })]).page.events[0]).toMatchObject({
      refused: 'duplicate',
      first: { seq: 1, refused: 'not-allowed' },
    });
  });

  it('[F6] knows an action by its duplicate when the first lies further back', () => {
    const again = { id: 'a', retry: true as const };
    const one = fold(start, [add(1, 1, { id: 'a' })]);
    const two = fold(one.latest, [add(2, 1, again)], one.page.events);
    const three = fold(two.latest, [add(3, 1, { id: 'a' })]);
    const four = fold(fold(three.latest, [add(4)]).latest, [add(5, 1, again)], two.page.events);
    for (const { page } of [two, three, four])
      expect(page.events[0]).toMatchObject({ refused: 'duplicate', first: { seq: 1 } });
  });

  it('[F6] knows an action that comes from another connection, if it is marked as sent again and the same', () => {
    const one = fold(start, [add(1, 1, { id: 'a', by: 'c1' })]);
    const other = { id: 'a', by: 'c2', connection: 'c2' };
    const again = { ...other, retry: true as const };
    expect(fold(one.latest, [add(2, 1, again)]).page.events[0]).toMatchObject({ first: { seq: 1 } });
    for (const sent of [add(2, 1, other), add(2, 2, again), event(2, 'grow', { text: '' }, again)])
      expect(fold(one.latest, [sent]).page.events[0]).not.toHaveProperty('refused');
  });

  it("[F6] takes an id for its user's own: nobody who sends it first, marked as sent again, swallows the action", () => {
    const swallowing = add(1, 1, { id: 'a', by: 'c9', connection: 'c9', retry: true });
    for (const own of [{ by: 'ann' }, { by: 'c1' }]) {
      const one = fold(start, [swallowing, add(2, 1, { id: 'a', ...own })]);
      expect(one.latest.state.sum).toBe(2);
      const again = add(3, 1, { id: 'a', ...own, retry: true });
      expect(fold(one.latest, [again]).page.events[0]).toMatchObject({ refused: 'duplicate', first: { seq: 2 } });
    }
  });

  it('[F6] never takes the action of a user who signed in for that of another, marked or not', () => {
    const { latest } = fold(start, [add(1, 1, { id: 'a' })]);
    for (const by of ['bob', 'c2']) {
      const again = add(2, 1, { id: 'a', by, connection: 'c2', retry: true });
      expect(fold(latest, [again]).page.events[0]).not.toHaveProperty('refused');
    }
  });

  it('[F6] takes the same id from another sender', () => {
    const { latest } = fold(start, [add(1, 1, { id: 'a' }), add(2, 1, { id: 'a', by: 'bob' })]);
    expect(latest.state.sum).toBe(2);
  });

  it('[F6] looks for an event that was sent again in the pages of the last minutes, and for no other', () => {
    const { page, latest } = fold(start, [add(1, 1, { id: 'a' })]);
    const older = page.events;
    const two = fold(latest, [add(2)]).latest;
    expect(fold(two, [add(3, 1, { id: 'a', retry: true })], older).page.events[0]).toMatchObject({ first: { seq: 1 } });
    expect(fold(two, [add(3, 1, { id: 'a' })], older).page.events[0]).not.toHaveProperty('refused');
  });

  it('leaves to the next page what does not fit into one', () => {
    const text = 'x'.repeat(maxStateBytes / 10);
    const count = Math.ceil(maxPageBytes / text.length) + 1;
    const events = Array.from({ length: count }, (_, index) => event(index + 1, 'add', { amount: 0, text }));
    const first = fold(start, events);
    const second = fold(first.latest, first.rest);
    expect(JSON.stringify(first.page.events).length).toBeLessThan(maxPageBytes + 1000);
    expect([...first.page.events, ...second.page.events].map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq));
    expect(second.rest).toEqual([]);
  });

  it('leaves a gap before what does not fit to the page that holds it', () => {
    const text = 'x'.repeat(maxPageBytes - 500);
    const first = fold(start, [event(1, 'add', { amount: 0, text }), event(3, 'add', { amount: 0, text })]);
    expect(first.page).not.toHaveProperty('missing');
    expect(fold(first.latest, first.rest).page.missing).toEqual([[2, 2]]);
  });
});

describe('checkpoints', () => {
  it('[L1] are all pages while the state is small', () => {
    const folded = foldPage({
      epoch: 'e',
      room: 'counter/a',
      kind: counter,
      latest: beginning(counter),
      events: [event(1, 'plus')],
      at: 5,
    });
    expect(folded?.page).toMatchObject({ state: 1 });
    expect(folded?.latest.bytes).toBe(0);
  });

  it('[L1] come as soon as a large state is no larger than the events since the one before', () => {
    const grown = fold(start, [event(1, 'grow', { text: 'x'.repeat(4 * freeStateBytes) })]);
    expect(grown.page.state, 'the events are as large as the state').toBeDefined();
    let { latest } = grown;
    let size = 0;
    for (let seq = 2; ; seq += 1) {
      const { page, latest: next } = fold(latest, [add(seq)]);
      size += JSON.stringify(page.events[0]).length;
      expect(page.bytes).toBe(size);
      const stateSize = JSON.stringify(next.state).length;
      expect('state' in page).toBe(stateSize <= size);
      latest = next;
      if ('state' in page) break;
      expect(seq).toBeLessThan(1000);
    }
    expect(latest.bytes).toBe(0);
  });
});
