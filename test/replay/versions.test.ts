import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Kind } from '../../domain/kind.ts';
import { bisect } from '../../replay/bisect.ts';
import { fileHistory } from '../../replay/history/file.ts';
import { importRoom } from '../../replay/history/import.ts';
import { corrections } from '../../replay/rebuild.ts';
import { stateAt } from '../../replay/state.ts';
import { steps } from '../../replay/steps.ts';
import { type Finding, verify } from '../../replay/verify.ts';
import { whatIf } from '../../replay/what-if.ts';
import { createRestore } from '../../store/restore.ts';
import { board1, board2, board3, without } from '../domain/board/board.ts';
import { tablesOfFile } from '../store/tables.ts';
import { all } from './memoryLog.ts';

/**
 * Exports of one room, each written by the rules of a version, and kept: nobody writes them anew, for they stand for all files that
 * people have. `board-2-swept` begins with a state of version 1.
 */
const open = async (name: string) => {
  const path = join(import.meta.dirname, 'fixtures', `${name}.ndjson`);
  return (await fileHistory(await openAsBlob(path), name)).open('board/old');
};
const verified = async <State>(name: string, kind: Kind<State>) => {
  const findings: Finding[] = [];
  const { findings: _, ...outcome } = await verify(await open(name), kind, (finding) => findings.push(finding));
  return { ...outcome, findings };
};

const readers: readonly (readonly [name: string, kind: object, states: readonly unknown[]])[] = [
  ['board-1', board1, [3, 3, 7, 9, 10, 9]],
  [
    'board-1',
    board2,
    [
      { sum: 3, players: { ann: 3 } },
      { sum: 3, players: { ann: 3 } },
      { sum: 7, players: { ann: 3, bob: 4 } },
      { sum: 9, players: { ann: 5, bob: 4 } },
      { sum: 10, players: { ann: 5, bob: 4, cy: 1 } },
      { sum: 9, players: { ann: 5, bob: 4, cy: 0 } },
    ],
  ],
  ['board-1', board3, [3, 3, 7, 9, 10, 9].map((points) => ({ teams: { all: points } }))],
  ['board-2', board3, [3, 3, 7, 9, 10, 9, 19, 19, 24].map((points) => ({ teams: { all: points } }))],
  [
    'board-3',
    board3,
    [
      ...[3, 3, 7, 9, 10, 9, 19, 19, 24].map((points) => ({ teams: { all: points } })),
      { teams: { all: 24, red: 7 } },
      { teams: { all: 25, red: 7 } },
    ],
  ],
];

const titled = readers.map(([name, kind, states]) => {
  const rules = kind as Kind;
  return [name, rules.version ?? 1, rules, states] as const;
});

describe.each(titled)('the export %s, read by version %i', (name, version, kind, states) => {
  it('has the states that these rules make of its events, with the verdicts that they had', async () => {
    const log = await open(name);
    for (const [place, state] of states.entries()) expect((await stateAt(log, kind, place + 1)).state).toEqual(state);
    expect((await all(steps(log, kind))).map(({ after }) => after)).toEqual(states);
  });

  it('is sound, and says which recorded states are of other rules', async () => {
    const { findings, ofOtherRules, checkpoints } = await verified(name, kind);
    expect(findings).toEqual([]);
    const written = Number(name.at(-1));
    expect(ofOtherRules > 0).toBe(written > 1 || version > 1);
    expect(checkpoints > 0).toBe(written >= version);
    expect(await all(corrections(await open(name), kind))).toEqual([]);
  });
});

describe('an export of older rules', () => {
  it('is halved by the states that these rules make', async () => {
    const asked: unknown[] = [];
    const found = await bisect(await open('board-2'), board2, (state) => {
      asked.push(state);
      return state.sum >= 10;
    });
    expect(found).toMatchObject({ by: 'event', version: 5, state: { sum: 10 } });
    expect(asked.every((state) => typeof state === 'object')).toBe(true);
  });

  it('is judged afresh by other rules, which differ where they judge otherwise and not where states have another shape', async () => {
    const found = await whatIf(await open('board-1'), board2, board1 as never);
    expect(found.first).toMatchObject({ what: 'verdict', version: 1, now: 'below-ten' });
    const same = await whatIf(await open('board-1'), board3, board1 as never);
    expect(same.first).toMatchObject({ what: 'verdict', version: 2, was: 'below-zero' });
    expect(same.verdicts).toBe(1);
  });

  it('still shows a damage of its own', async () => {
    const path = join(import.meta.dirname, 'fixtures', 'board-2.ndjson');
    const text = await (await openAsBlob(path)).text();
    const damaged = text.replace('"state":{"sum":19', '"state":{"sum":99');
    expect(damaged).not.toBe(text);
    const room = await (await fileHistory(new Blob([damaged]), 'damaged')).open('board/old');
    const findings: Finding[] = [];
    await verify(room, board2, (finding) => findings.push(finding));
    expect(findings).toMatchObject([{ broken: 'state', version: 7, expected: { sum: 19 }, found: { sum: 99 } }]);
  });
});

describe('an export whose first events are gone', () => {
  it('is upgraded, and what followed from more than is left is believed', async () => {
    const room = await open('board-2-swept');
    expect((await stateAt(room, board2, 6)).state).toEqual({ sum: 9, players: { cy: -1 } });
    expect((await stateAt(room, board3, 8)).state).toEqual({ teams: { all: 24 } });
    expect(await verified('board-2-swept', board2)).toMatchObject({ findings: [], checkpoints: 1, ofOtherRules: 2 });
    expect(await all(corrections(room, board2))).toEqual([]);
  });

  it('is judged afresh from what is believed of it', async () => {
    const path = join(import.meta.dirname, 'fixtures', 'board-2-swept.ndjson');
    const text = await (await openAsBlob(path)).text();
    // The events that are gone gave ann five points.
    const more = text.replaceAll('"ann":10', '"ann":15');
    const room = await (await fileHistory(new Blob([more]), 'more')).open('board/old');
    const result = await whatIf(room, { ...board2, refusal: () => undefined });
    expect(result).toMatchObject({ events: 3, verdicts: 0, same: true });
    expect(result.first).toBeUndefined();
    expect(result.now).toEqual({ sum: 24, players: { cy: -1, ann: 15, dee: 5 } });
  });

  it('says so where these rules can make nothing of it', async () => {
    await expect(stateAt(await open('board-2-swept'), without(board2, 'upgrade'), 6)).rejects.toMatchObject({
      fault: 'gone',
      message: expect.stringContaining('the kind has no "upgrade"'),
    });
  });
});

describe('an import', async () => {
  const tables = await tablesOfFile();

  it.each(['board-1', 'board-2', 'board-3', 'board-2-swept'])('of %s goes on under the newest rules', async (name) => {
    const restore = createRestore(tables.database, tables.names);
    const as = `board/${name}`;
    await importRoom(await open(name), restore, as);
    const { version, state } = await tables.log.latest(as, board3);
    expect(state).toEqual((await stateAt(await open(name), board3, version)).state);
  });
});
