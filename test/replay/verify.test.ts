import { describe, expect, it } from 'vitest';
import type { Kind } from '../../domain/kind.ts';
import type { Page } from '../../domain/page.ts';
import { type Finding, verify } from '../../replay/verify.ts';
import { tally } from '../domain/tally.ts';
import { altered, alteredEvent, fold, memoryLog, stateless } from './memoryLog.ts';

const add = (amount: number, more = {}) => ({ type: 'add', data: { amount }, ...more });
const pages = fold(tally, [add(1), add(2)], ['never', add(4)], [add(8)], [add(16)], [add(32)]);

const findings = async (log: readonly Page[], head?: number, kind: Kind<typeof tally.initial> = tally as never) => {
  const found: Finding[] = [];
  const verified = await verify(memoryLog(log, head), kind, (finding) => found.push(finding));
  expect(verified.findings).toBe(found.length);
  return found.map(({ broken, version, page, expected, found }) => ({ broken, version, page, expected, found }));
};

describe('verify', () => {
  it('finds nothing in a log as the fold writes it, and says what it looked at', async () => {
    const sparse = pages.map((page, index) => (index % 2 === 0 ? stateless(page) : page));
    expect(await findings(pages)).toEqual([]);
    expect(await findings(sparse)).toEqual([]);
    expect(await verify(memoryLog(sparse), tally, () => {})).toEqual({
      room: 'tally/room',
      from: 1,
      to: 7,
      pages: 5,
      events: 7,
      checkpoints: 2,
      ofOtherRules: 0,
      findings: 0,
    });
  });

  it('[L1] names a recorded state that was altered, and it alone', async () => {
    const log = altered(pages, 2, { state: { sum: 99, text: '' } });
    const [expected, found] = [
      { sum: 15, text: '' },
      { sum: 99, text: '' },
    ];
    expect(await findings(log)).toEqual([{ broken: 'state', version: 5, page: 5, expected, found }]);
  });

  it('[L1] names the first of the recorded states that a wrong fold led to, and it alone', async () => {
    const wrong = pages.map((page, index) =>
      index < 2 || !page.state ? page : { ...page, state: { ...page.state, sum: page.state.sum + 100 } },
    );
    expect(await findings(wrong)).toMatchObject([{ broken: 'state', version: 5 }]);
  });

  it('takes a state for the same whatever the order of its keys', async () => {
    expect(await findings(altered(pages, 1, { state: { text: '', sum: 7 } }))).toEqual([]);
  });

  it('[F2] names an action that counted twice, and none of another sender', async () => {
    const log = altered(pages, 3, alteredEvent(pages[3] as Page<typeof tally.initial>, 6, { id: 'id-2' }));
    expect(await findings(log)).toMatchObject([{ broken: 'twice', version: 6, expected: { first: 2 } }]);
    const other = altered(pages, 3, alteredEvent(pages[3] as Page<typeof tally.initial>, 6, { id: 'id-2', by: 'bob' }));
    expect(await findings(other)).toEqual([]);
  });

  it('[F2] names an action that counted twice among others of the same id', async () => {
    const id = 'same';
    const log = fold(tally, [add(1, { id })], [add(1, { id, by: 'bob' })], [add(1)], [add(1, { id, by: 'bob' })]);
    const counted = altered(log, 3, {
      events: log[3]?.events.map(({ refused: _, first: __, ...event }) => event) ?? [],
    });
    expect(await findings(counted)).toMatchObject([{ broken: 'twice', version: 4, expected: { first: 2 } }]);
  });

  it('[F6] takes no offence at a repeated action that was refused', async () => {
    expect(await findings(fold(tally, [add(1, { id: 'a' })], [add(1, { id: 'a' })]))).toEqual([]);
  });

  it('[F3] names gaps that the page does not say, and none that it does', async () => {
    const gap = fold(tally, [add(1)], [add(2, { seq: 4 })], [add(4)]);
    expect(gap[1]?.missing).toEqual([[2, 3]]);
    expect(await findings(gap)).toEqual([]);
    expect(await findings(altered(gap, 1, { missing: [] }))).toMatchObject([
      { broken: 'sequence', version: 4, expected: 2, found: 4 },
    ]);
    expect(await findings(altered(pages, 0, { missing: [[1, 1]] }))).toMatchObject([
      { broken: 'sequence', version: 2 },
    ]);
  });

  it('[F3] names events that come again, and a page that does not end with its last', async () => {
    expect(await findings(altered(pages, 0, alteredEvent(pages[0] as Page, 2, { seq: 1 }) as never))).toMatchObject([
      { broken: 'sequence', version: 1, expected: 2, found: 1 },
      { broken: 'sequence', version: 1, expected: 2, found: 1 },
    ]);
  });

  it('[F1] names pages that are not there, and goes on from the next checkpoint', async () => {
    const log = altered(pages.toSpliced(1, 1), 3, { state: { sum: 0, text: '' } });
    expect(await findings(log)).toMatchObject([
      { broken: 'pages', version: 5, expected: 3, found: 5 },
      { broken: 'state', version: 7 },
    ]);
  });

  it('names a head that is behind the log', async () => {
    expect(await findings(pages, 6)).toEqual([{ broken: 'head', version: 7, page: 7, expected: 7, found: 6 }]);
    expect(await findings(pages, 9)).toEqual([]);
  });

  it('[F4] names events that counted and on which the rules throw now', async () => {
    const broken: Kind<typeof tally.initial> = {
      ...(tally as Kind<typeof tally.initial>),
      fold: (state, event) => {
        if (event.seq === 6) throw new Error('Broken.');
        return tally.fold(state, event as never);
      },
    };
    expect(await findings(pages, 7, broken)).toMatchObject([
      { broken: 'fault', version: 6 },
      { broken: 'state', version: 6 },
    ]);
  });

  it('begins at the first checkpoint where old pages are gone', async () => {
    expect(await findings(pages.slice(2))).toEqual([]);
    expect(await findings(altered(pages.slice(2), 1, { state: { sum: 0, text: '' } }))).toMatchObject([{ version: 6 }]);
  });
});
