import { beforeAll, describe, expect, it } from 'vitest';
import type { Kind } from '../../../domain/kind.ts';
import { counter } from '../../../domain/kinds/counter.ts';
import { maxPageBytes } from '../../../domain/limits.ts';
import { foldPage, type Page } from '../../../domain/page.ts';
import { bisect } from '../../../replay/bisect.ts';
import { databaseHistory } from '../../../replay/history/database.ts';
import { exportRooms, wholeLog } from '../../../replay/history/export.ts';
import { fileHistory } from '../../../replay/history/file.ts';
import { importRoom } from '../../../replay/history/import.ts';
import { corrections } from '../../../replay/rebuild.ts';
import { remembered } from '../../../replay/remembered.ts';
import { stateAt } from '../../../replay/state.ts';
import { verify } from '../../../replay/verify.ts';
import { createRestore } from '../../../store/restore.ts';
import { tally } from '../../domain/tally.ts';
import { tablesOfFile } from '../../store/tables.ts';
import { all, altered, fold, memoryLog, type Sent, sparse, stateless } from '../memoryLog.ts';

const tables = await tablesOfFile();
const restore = createRestore(tables.database, tables.names);
const history = databaseHistory('the local runtime', tables.database, tables.names);

const add = (amount: number, more = {}): Sent => ({ type: 'add', data: { amount }, ...more });
const rename = (room: string, pages: readonly Page[]): Page[] => pages.map((page) => ({ ...page, room }));
const batches = Array.from({ length: 60 }, (_, n) => Array.from({ length: 1 + (n % 4) }, () => add(1)));
/** Sixty pages: every seventh is a checkpoint, and not the last one. */
const pagesOf = (room: string): Page[] => sparse(rename(room, fold(tally, ...batches)), (index) => index % 7 === 6);

const put = async (pages: readonly Page[]): Promise<void> => {
  await restore.claim(pages[0]?.room ?? '', pages.at(-1)?.to ?? 0, 'e');
  for (const page of pages) await tables.log.commit(page);
};

describe('the history in the tables', () => {
  const pages = pagesOf('tally/history');
  const last = pages.at(-1)?.to ?? 0;
  beforeAll(() => put(pages));

  it('gives any stretch in either direction, as it is in the log', async () => {
    const log = await history.open('tally/history');
    expect(await log.extent()).toEqual({ first: 1, last });
    expect(await all(log.pages())).toEqual(pages);
    expect(await all(log.pages({ from: last + 1 }))).toEqual([]);
    for (const [from, to] of [
      [1, 1],
      [3, 3],
      [50, 61],
      [last - 1, last],
    ] as const) {
      const wanted = pages.filter((page) => page.to >= from && page.from <= to);
      expect(await all(log.pages({ from, to }))).toEqual(wanted);
      expect(await all(log.pages({ from, to, descending: true }))).toEqual(wanted.toReversed());
    }
  });

  it('finds the checkpoint at or before any version, and lists them', async () => {
    const log = await history.open('tally/history');
    for (const version of [1, 15, 16, 17, 18, 100, last]) {
      const page = pages.findLast((one) => 'state' in one && one.to <= version);
      expect((await log.checkpoint(version))?.state).toEqual(page?.state);
      expect((await log.checkpoint(version))?.version).toBe(page?.to);
    }
    const marks = pages
      .filter((page) => 'state' in page)
      .map(({ from, to, bytes, at }) => ({ from, version: to, bytes, at }));
    expect(await all(log.checkpoints())).toEqual(marks);
    const [first, second] = marks.map(({ version }) => version);
    expect(await all(log.checkpoints({ to: Number(second) - 1 }))).toEqual(marks.slice(0, 1));
    expect(await all(log.checkpoints({ from: Number(first), to: Number(first) }))).toEqual(marks.slice(0, 1));
    expect(await all(log.checkpoints({ from: 30, to: 100 }))).toEqual(
      marks.filter(({ version }) => version >= 30 && version <= 100),
    );
  });

  it('lists rooms, with sizes when asked for', async () => {
    await tables.heads.append('counter/empty', { id: 'x', type: 'plus', data: {}, by: 'a', connection: 'c', at: 7 });
    await tables.connections.add({ id: 'c1', wire: 'plain', rooms: ['tally/history'], at: Date.now() });
    const events = pages.flatMap((page) => page.events);
    const bytes = events.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)), 0);
    const [lastEvent] = events.slice(-1);
    const summary = {
      room: 'tally/history',
      version: last,
      head: last,
      first: { seq: 1, at: events[0]?.at },
      last: { seq: last, at: lastEvent?.at },
      members: 1,
    };
    const found = async (sizes: boolean) =>
      (await history.rooms({ sizes })).filter(({ room }) => /empty|history/.test(room));
    expect(await found(false)).toEqual([{ room: 'counter/empty', version: 0, head: 1, members: 0 }, summary]);
    expect(await found(true)).toEqual([
      { room: 'counter/empty', version: 0, head: 1, members: 0, pages: 0, bytes: 0 },
      { ...summary, pages: 60, bytes },
    ]);
  });

  it('folds, audits and bisects as from a file', async () => {
    const log = await history.open('tally/history');
    expect((await stateAt(log, tally, 77)).state.sum).toBe(77);
    expect(await verify(log, tally, () => {})).toMatchObject({ pages: 60, events: last, findings: 0 });
    expect(await bisect(log, tally, ({ sum }) => sum >= 99)).toMatchObject({ version: 99, by: 'event' });
  });

  it('is bisected with fewer pages than the room has', async () => {
    for (const [size, room] of [
      [4, 'tally/four'],
      [27, 'tally/more'],
    ] as const) {
      await put(rename(room, fold(tally, ...batches.slice(0, size))));
      const versions = (await (await history.open(room)).extent())?.last ?? 0;
      for (let version = 1; version <= versions; version += 1) {
        const fresh = databaseHistory('x', tables.database, tables.names);
        const log = remembered(await fresh.open(room));
        expect(await bisect(log, tally, ({ sum }) => sum >= version)).toMatchObject({ version });
        expect(fresh.reads.pages).toBeLessThanOrEqual(Math.min(size, 10));
      }
    }
  });

  it('sends no page that ends before the stretch, and each page of it once', async () => {
    const sent: number[] = [];
    tables.through(async (_, next) => {
      const answer = await next();
      sent.push(((answer as { Items?: unknown[] }).Items ?? []).length);
      return answer;
    });
    const log = await history.open('tally/history');
    sent.length = 0;
    expect(await all(log.pages({ from: last, to: last }))).toHaveLength(1);
    expect(sent).toEqual([1]);
    await all(log.pages({ from: last + 1 }));
    expect(sent).toEqual([1, 0, 0]);
  });

  it('finds that a head is behind the log', async () => {
    await put(rename('tally/behind', fold(tally, [add(1), add(1)])));
    const log = await history.open('tally/behind');
    const found: string[] = [];
    await verify({ ...log, head: async () => 1 }, tally, ({ broken }) => found.push(broken));
    expect(found).toEqual(['head']);
    expect(await log.head()).toBe(2);
  });

  it('says that a room is not there', async () => {
    await expect(history.open('tally/none')).rejects.toMatchObject({ fault: 'unknown-room' });
  });

  it('reads no page after the one at which it is left', async () => {
    const fresh = databaseHistory('x', tables.database, tables.names);
    const log = await fresh.open('tally/history');
    const before = fresh.reads.pages;
    for await (const _ of log.pages()) break;
    expect(fresh.reads.pages - before).toBe(1);
  });
});

describe('import', () => {
  /** An import is another history: what it writes has an epoch of its own. */
  const asImported = (pages: readonly Page[]) =>
    pages.map((page) => ({ ...page, epoch: expect.not.stringMatching(/^e?$/) }));
  const exported = async (pages: readonly Page[]) => {
    const parts = await all(exportRooms([await wholeLog(memoryLog(pages))], 1));
    const file = await fileHistory(new Blob(parts as Uint8Array<ArrayBuffer>[]), 'log.ndjson');
    return file.open(pages[0]?.room ?? '');
  };

  it('writes a room as it was, to which one can go on appending', async () => {
    const pages = pagesOf('tally/imported');
    const imported = await importRoom(await exported(pages), restore);
    const last = pages.at(-1)?.to ?? 0;
    expect(imported).toEqual({ room: 'tally/imported', version: last, pages: 60, events: last });
    expect(await all((await history.open('tally/imported')).pages())).toEqual(asImported(pages));

    const draft = { id: 'next', type: 'add', data: { amount: 1 }, by: 'ann', connection: 'c', at: 5 };
    const seq = await tables.heads.append('tally/imported', draft);
    expect(seq).toBe(last + 1);
    const latest = await tables.log.latest('tally/imported', tally);
    const folded = foldPage({
      epoch: 'e',
      room: 'tally/imported',
      kind: tally as Kind<typeof tally.initial>,
      latest,
      events: [{ ...draft, seq }],
      at: 6,
    });
    expect(folded?.page).toMatchObject({ from: last + 1, to: last + 1 });
    expect(folded?.latest.state.sum).toBe(last + 1);
  });

  it('gives it another name of the same kind, and no other', async () => {
    const log = await exported(pagesOf('tally/named'));
    expect(await importRoom(log, restore, 'tally/copy')).toMatchObject({ room: 'tally/copy' });
    expect((await stateAt(await history.open('tally/copy'), tally, 50)).state.sum).toBe(50);
    for (const name of ['counter/copy', 'copy', 'tally/no such'])
      await expect(importRoom(log, restore, name)).rejects.toMatchObject({ fault: 'not-importable' });
  });

  it('writes nothing where there is such a room, or the log has a page missing', async () => {
    await tables.heads.append('tally/there', {
      id: 'x',
      type: 'add',
      data: { amount: 1 },
      by: 'a',
      connection: 'c',
      at: 1,
    });
    await expect(importRoom(await exported(pagesOf('tally/there')), restore)).rejects.toThrow(/exists already/);
    await expect(history.open('tally/there')).rejects.toMatchObject({ fault: 'unknown-room' });
    const holey = memoryLog(pagesOf('tally/holey').toSpliced(30, 1));
    await expect(importRoom(holey, restore)).rejects.toMatchObject({ fault: 'broken-log' });
    expect(await tables.heads.version('tally/holey')).toBe(0);
  });

  it.each([
    ['half a character', { data: { amount: 1, note: ['\ud83d'] } }],
    ['half a character in a key', { data: { amount: 1, '\ud83d': 1 } }],
    ['half a character in an id', { id: '\ud83d' }],
  ])('[A2] takes no event with %s', async (_, more) => {
    const [page] = pagesOf('tally/unfit') as [Page];
    const log = memoryLog([{ ...page, events: page.events.map((event) => ({ ...event, ...more })) }]);
    await expect(importRoom(log, restore)).rejects.toThrow(
      /^Event 1 of tally\/unfit can't be in a log\. A text is not/,
    );
    expect(await tables.heads.version('tally/unfit')).toBe(0);
  });

  it.each<[string, (pages: readonly Page[]) => readonly Page[], string]>([
    [
      'its events are out of order',
      ([page, ...rest]) => [{ ...page, events: [...(page?.events ?? []), ...(page?.events ?? [])] } as Page, ...rest],
      'is out of order at version',
    ],
    [
      'a page ends with another event than it says',
      (pages) => pages.map((page, index) => (index === 59 ? { ...page, to: page.to + 5 } : page)),
      'The page does not end with its last event.',
    ],
    [
      'an event does not fit into a page',
      ([page, ...rest]) => [
        {
          ...page,
          events: page?.events.map((event) => ({ ...event, data: { amount: 1, half: 'x'.repeat(maxPageBytes) } })),
        } as Page,
        ...rest,
      ],
      'It has more than 256 KB.',
    ],
    [
      'a state does not fit into a message',
      ([page, ...rest]) => [{ ...page, state: { sum: 1, text: 'x'.repeat(96 * 1024) } } as Page, ...rest],
      'at version 1 has more than 96 KB.',
    ],
    ['it begins with nothing', (pages) => pages.slice(1).map(stateless), 'no state is recorded'],
  ])('takes no room from which no fold could go on, where %s', async (_, spoil, sentence) => {
    const log = await exported(spoil(pagesOf('tally/spoilt')));
    await expect(importRoom(log, restore)).rejects.toMatchObject({
      fault: 'not-importable',
      message: expect.stringContaining(sentence),
    });
    expect(await tables.heads.version('tally/spoilt')).toBe(0);
  });

  it('takes no room of which the index says that it goes on', async () => {
    const log = memoryLog(pagesOf('tally/longer'));
    const longer = { ...log, extent: async () => ({ first: 1, last: 10 ** 12 }) };
    await expect(importRoom(longer, restore)).rejects.toMatchObject({ fault: 'broken-log' });
    expect(await tables.heads.version('tally/longer')).toBe(0);
  });

  it('cuts pages that are larger than the log takes, and keeps their state at the end', async () => {
    const half = 'x'.repeat(maxPageBytes / 8);
    const [page] = rename('tally/large', fold(tally, [add(1), add(2)]));
    const events = Array.from({ length: 20 }, (_, n) => ({
      ...page?.events[0],
      seq: n + 1 + (n > 12 ? 2 : 0),
      id: `${n}`,
      data: { amount: 1, half },
    }));
    const large = { ...page, to: 22, events, missing: [[14, 15]], state: { sum: 20, text: '' } } as unknown as Page;
    await importRoom(memoryLog([large]), restore);
    const written = await all((await history.open('tally/large')).pages());
    expect(written.length).toBeGreaterThan(2);
    expect(written.flatMap((one) => one.events)).toEqual(events);
    expect(written.flatMap((one) => one.missing ?? [])).toEqual([[14, 15]]);
    expect(written.map((one) => 'state' in one)).toEqual(written.map((_, index) => index === written.length - 1));
    expect(await verify(await history.open('tally/large'), tally, () => {})).toMatchObject({ findings: 0, events: 20 });
  });

  it('sends again what DynamoDB left undone', async () => {
    let left = 2;
    tables.through(async ({ operation, input }, next) => {
      if (operation !== 'BatchWriteItem' || left-- <= 0) return next();
      return { UnprocessedItems: input.RequestItems as object };
    });
    const pages = pagesOf('tally/busy');
    await importRoom(await exported(pages), restore);
    expect(await all((await history.open('tally/busy')).pages())).toEqual(asImported(pages));
  });
});

describe('corrections', () => {
  it('are written into checkpoints, and nowhere else', async () => {
    const room = 'counter/wrong';
    const right = rename(room, fold(counter, ['plus'], ['plus'], ['minus'], ['plus']));
    await put(altered(right, 1, { state: 40 }));
    const log = await history.open(room);
    for await (const { from, version, state } of corrections(log, counter))
      expect(await restore.correct(room, from, version, state)).toBe(true);
    expect(await all(log.pages())).toEqual(right);
    expect(await restore.correct(room, 2, 3, 0)).toBe(false);
    expect(await restore.correct(room, 9, 9, 0)).toBe(false);
    expect(await all(log.pages())).toEqual(right);
  });
});
