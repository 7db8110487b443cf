import { describe, expect, it } from 'vitest';
import { counter } from '../../domain/kinds/counter.ts';
import { createRegistry, kinds } from '../../domain/registry.ts';
import { events } from '../../replay/events.ts';
import { rulesOf } from '../../replay/rules.ts';
import { stateAt } from '../../replay/state.ts';
import { steps } from '../../replay/steps.ts';
import { tally } from '../domain/tally.ts';
import { all, fold, memoryLog, stateless } from './memoryLog.ts';

const add = (amount: number) => ({ type: 'add', data: { amount } });
/** Versions 1 to 6, sums 1, 3, 3 (refused), 7, 15, 31; a checkpoint at 2 alone. */
const pages = fold(tally, [add(1), add(2)], ['never', add(4)], [add(8), { ...add(16), by: 'bob' }]).map(
  (page, index) => (index === 0 ? page : stateless(page)),
);
const log = memoryLog(pages);
const sums = [1, 3, 3, 7, 15, 31];

describe('stateAt', () => {
  it('gives the state of every version, before, at and after checkpoints', async () => {
    for (const [index, sum] of sums.entries())
      expect(await stateAt(log, tally, index + 1)).toEqual({
        room: 'tally/room',
        version: index + 1,
        state: { sum, text: '' },
        faults: [],
      });
  });

  it.each([0, 7, -1, 1.5, Number.NaN])('says which versions there are when asked for %d', async (version) => {
    await expect(stateAt(log, tally, version)).rejects.toMatchObject({
      fault: 'no-such-version',
      message: `tally/room has the events 1 to 6: ${version} is none of them.`,
    });
  });

  it('says that a room is not there', async () => {
    await expect(stateAt(memoryLog([]), tally, 1)).rejects.toMatchObject({ fault: 'unknown-room' });
  });

  it('[F4] reports events on which the rules throw now, and leaves the state as it was', async () => {
    const broken = {
      ...tally,
      fold: () => {
        throw new Error('Broken since today.');
      },
    }; // prettier-ignore
    const { state, faults } = await stateAt(log, broken, 4);
    expect(state).toEqual({ sum: 3, text: '' });
    expect(faults).toEqual([
      { version: 4, message: 'Broken since today.', stack: expect.stringContaining('state.test.ts') },
    ]);
  });

  it('says so when a page in the middle, or the one in question, is not there', async () => {
    await expect(stateAt(memoryLog(pages.toSpliced(1, 1)), tally, 6)).rejects.toMatchObject({ fault: 'broken-log' });
    await expect(stateAt(memoryLog(pages.toSpliced(1, 1)), tally, 4)).rejects.toMatchObject({ fault: 'broken-log' });
  });

  it('begins at the first checkpoint left where old pages are gone, and says so of versions before it', async () => {
    const full = fold(tally, [add(1)], [add(2)], [add(4)], [add(8)]);
    const kept = memoryLog(full.slice(1).map((page, index) => (index === 0 ? stateless(page) : page)));
    expect((await stateAt(kept, tally, 4)).state.sum).toBe(15);
    await expect(stateAt(kept, tally, 2)).rejects.toMatchObject({
      fault: 'gone',
      message:
        'The log of tally/room no longer goes back to version 2: it begins with the state of version 3, and the events after that.',
    });
    await expect(stateAt(memoryLog(full.slice(1).map(stateless)), tally, 3)).rejects.toMatchObject({ fault: 'gone' });
  });
});

describe('steps', () => {
  it('gives each event with the states on both sides of it', async () => {
    const found = await all(steps(log, tally));
    expect(found.map(({ after }) => after.sum)).toEqual(sums);
    expect(found.map(({ before }) => before.sum)).toEqual([0, ...sums.slice(0, -1)]);
    expect(found.map(({ event }) => event.seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(found[2]?.after).toBe(found[2]?.before);
  });

  it('[F4] says what the rules throw on an event that was a fault, and does not let those go on that did not end', async () => {
    const [page] = fold(tally, [add(1), 'throw', 'throw']);
    const events = page?.events.map((event) => (event.seq === 3 ? { ...event, endless: true as const } : event)) ?? [];
    const found = await all(steps(memoryLog([{ ...page, events } as never]), tally));
    expect(found.map(({ fault, after }) => [fault, after.sum])).toEqual([
      [undefined, 1],
      [{ version: 2, message: 'The rules are broken.', stack: expect.stringContaining('tally.ts') }, 1],
      [{ version: 3, message: 'They did not end in time.' }, 1],
    ]);
  });

  it('begins and ends in the middle of a page', async () => {
    const found = await all(steps(log, tally, { from: 4, to: 5 }));
    expect(found.map(({ event, before, after }) => [event.seq, before.sum, after.sum])).toEqual([
      [4, 3, 7],
      [5, 7, 15],
    ]);
  });

  it('reads no page after the one at which it is left', async () => {
    const read = memoryLog(pages);
    for await (const { event } of steps(read, tally)) if (event.seq === 2) break;
    expect(read.reads.pages).toBe(1);
  });

  it('says so when a page is not there', async () => {
    await expect(all(steps(memoryLog(pages.toSpliced(1, 1)), tally))).rejects.toMatchObject({ fault: 'broken-log' });
  });
});

describe('events', () => {
  const seqs = async (filter: Parameters<typeof events>[1]) =>
    (await all(events(log, filter))).map(({ event }) => event.seq);

  it('passes those that fit: by place, type, sender and verdict', async () => {
    expect(await seqs({})).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await seqs({ from: 2, to: 5 })).toEqual([2, 3, 4, 5]);
    expect(await seqs({ type: 'never' })).toEqual([3]);
    expect(await seqs({ by: 'bob' })).toEqual([6]);
    expect(await seqs({ refused: true })).toEqual([3]);
    expect(await seqs({ refused: false, to: 4 })).toEqual([1, 2, 4]);
  });
});

describe('rulesOf', () => {
  it('finds the rules of a room, or says which kinds there are', () => {
    const registry = createRegistry(kinds);
    expect(rulesOf(registry, 'counter/x')).toBe(counter);
    expect(() => rulesOf(registry, 'poker/x')).toThrow(/No kind rules "poker\/x": .*counter/);
  });
});
