import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatedRoom, writeExport } from '../../../bench/generate.ts';
import type { Kind } from '../../../domain/kind.ts';
import { counter } from '../../../domain/kinds/counter.ts';
import type { Page } from '../../../domain/page.ts';
import { bisect } from '../../../replay/bisect.ts';
import { type Exported, exportRooms, wholeLog } from '../../../replay/history/export.ts';
import { fileHistory } from '../../../replay/history/file.ts';
import { openFile } from '../../../replay/history/open-file.ts';
import { stateAt } from '../../../replay/state.ts';
import { type Finding, verify } from '../../../replay/verify.ts';
import { tally } from '../../domain/tally.ts';
import { all, fold, memoryLog, stateless } from '../memoryLog.ts';

const add = (amount: number, more = {}) => ({ type: 'add', data: { amount }, ...more });
const named = (room: string, pages: readonly Page[]): Page[] => pages.map((page) => ({ ...page, room }));

const pages = fold(
  tally,
  [add(1), { type: 'grow', data: { text: 'é "\n" 😀' } }],
  ['never', add(4, { seq: 6 })],
  [add(8), add(16)],
);
const few = named(
  'tally/few',
  pages.map((page, index) => (index === 2 ? stateless(page) : page)),
);
/** Longer than what is read at once. */
const long = named(
  'tally/long',
  fold(tally, ...Array.from({ length: 2_000 }, (_, n) => Array.from({ length: 1 + (n % 5) }, () => add(1)))),
);

const text = async (rooms: readonly Exported[]): Promise<string> =>
  new Blob((await all(exportRooms(rooms, 5))) as Uint8Array<ArrayBuffer>[]).text();
const exported = await text([
  { room: 'tally/few', pages: few, head: 9 },
  { room: 'tally/long', pages: long },
  { room: 'tally/empty', pages: [] },
]);
const open = (content: string, name = 'log.ndjson') => fileHistory(new Blob([content]), name);
const lines = exported.split('\n').slice(0, -1);
const withoutIndex = `${lines.slice(0, -1).join('\n').replace(',"index":true', '')}\n`;

describe.each([
  ['with its index', exported],
  ['without an index', withoutIndex],
  ['with an index that is of another text', exported.replace('"at":5', '"at":123456')],
  ['with blank lines and the line breaks of Windows', withoutIndex.replaceAll('\n', '\r\n\r\n')],
  ['without the last line break', withoutIndex.trimEnd()],
  [
    'with its rooms mixed',
    (() => {
      const [head = '', ...rest] = withoutIndex.trimEnd().split('\n');
      const [a, b] = ['few', 'long'].map((room) => rest.filter((line) => line.includes(`tally/${room}"`)));
      return `${[head, ...(b ?? []).flatMap((line, n) => [line, ...(a ?? []).slice(n, n + 1)])].join('\n')}\n`;
    })(),
  ],
])('a file %s', (_, content) => {
  it('gives back all pages as they were', async () => {
    const history = await open(content);
    expect(await all((await history.open('tally/few')).pages())).toEqual(few);
    const log = await history.open('tally/long');
    expect(await all(log.pages())).toEqual(long);
    expect(await all(log.pages({ descending: true }))).toEqual(long.toReversed());
  });

  it('gives any stretch in either direction', async () => {
    const log = await (await open(content)).open('tally/long');
    for (const [from, to] of [
      [1, 1],
      [3, 3],
      [2_500, 2_600],
      [5_990, 6_000],
    ] as const) {
      const wanted = long.filter((page) => page.to >= from && page.from <= to);
      expect(await all(log.pages({ from, to }))).toEqual(wanted);
      expect(await all(log.pages({ from, to, descending: true }))).toEqual(wanted.toReversed());
    }
  });

  it('finds the checkpoint at or before any version', async () => {
    const history = await open(content);
    const [small, large] = [await history.open('tally/few'), await history.open('tally/long')];
    for (const [log, held, versions] of [
      [small, few, [1, 2, 5, 6, 8]],
      [large, long, [1, 2, 3_001, 4_444, 6_000]],
    ] as const)
      for (const version of versions) {
        const page = held.findLast((one) => 'state' in one && one.to <= version);
        const { from, to, bytes, at, state } = page ?? {};
        expect(await log.checkpoint(version)).toEqual(page && { from, version: to, bytes, at, state });
      }
    expect((await all(large.checkpoints({ from: 5_000, to: 5_003 }))).map(({ version }) => version)).toEqual(
      long.map(({ to }) => to).filter((to) => to >= 5_000 && to <= 5_003),
    );
  });

  it('lists its rooms', async () => {
    const rooms = await (await open(content)).rooms();
    expect(rooms).toMatchObject([
      { room: 'tally/few', version: 8, pages: 3, first: { seq: 1, at: 1_000 }, last: { seq: 8 } },
      { room: 'tally/long', version: 6_000, pages: 2_000 },
    ]);
    const size = (of: readonly Page[]) =>
      of.flatMap(({ events }) => events).reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)), 0);
    expect(rooms.map(({ bytes }) => bytes)).toEqual([size(few), size(long)]);
  });
});

describe('a file', () => {
  it('is of lines: a header, events as they are in the log with their room, recorded states', () => {
    const parsed = lines.map((line) => JSON.parse(line));
    expect(parsed[0]).toEqual({ foldcast: 1, at: 5, index: true });
    expect(parsed[1]).toEqual({ room: 'tally/few', ...few[0]?.events[0] });
    expect(parsed[3]).toMatchObject({ room: 'tally/few', version: 2, state: few[0]?.state });
    expect(parsed.at(-1).index.map(({ room }: { room: string }) => room)).toEqual(['tally/few', 'tally/long']);
  });

  it('can be as plain as events and states, without pages', async () => {
    const plain = [
      '{"foldcast":1}',
      ...['plus', 'plus', 'minus'].map((type, n) =>
        JSON.stringify({ room: 'counter/a', seq: n + 1, id: `${n}`, type, data: {}, by: 'a', connection: 'c', at: n }),
      ),
      '{"room":"counter/a","version":3,"state":1}',
      '{"room":"counter/a","seq":4,"id":"4","type":"plus","data":{},"by":"a","connection":"c","at":9}',
    ];
    const log = await (await open(plain.join('\n'))).open('counter/a');
    expect(await all(log.pages())).toMatchObject([
      { from: 1, to: 3, state: 1, at: 2 },
      { from: 4, to: 4, at: 9 },
    ]);
    expect((await stateAt(log, counter, 4)).state).toBe(2);
    expect(await verify(log, counter, () => {})).toMatchObject({ events: 4, checkpoints: 1, findings: 0 });
  });

  it('knows the head, also where somebody altered a state', async () => {
    expect(await (await (await open(exported)).open('tally/few')).head()).toBe(9);
    const altered = await (await open(exported.replace('"sum":1,', '"sum":1000,'))).open('tally/few');
    expect(await altered.head()).toBe(9);
    const found: Finding[] = [];
    await verify(altered, tally, (finding) => found.push(finding));
    expect(found).toMatchObject([{ broken: 'state', version: 2, found: { sum: 1000 } }]);
  });

  it('may have lines that are longer than what is read at once', async () => {
    const wide = few.map((page) => ({ ...page, state: { text: 'é'.repeat(300_000) } }));
    const content = await text([{ room: 'tally/few', pages: wide }]);
    for (const part of [content, content.slice(0, content.lastIndexOf('{"offset"')).replace(',"index":true', '')])
      expect(await all((await (await open(part)).open('tally/few')).pages())).toEqual(wide);
  });

  it('is read as far as it has to be', async () => {
    const history = await open(exported);
    const log = await history.open('tally/long');
    for await (const _ of log.pages({ from: 3_000 })) break;
    expect(history.reads.pages).toBe(1);
    expect(history.reads.bytes).toBeLessThan(exported.length / 3);
  });

  it('exports and imports to the same text', async () => {
    const log = await (await open(exported)).open('tally/few');
    expect(await text([await wholeLog(log)])).toBe(await text([{ room: 'tally/few', pages: few, head: 9 }]));
  });

  it('begins later than 1 where old pages were gone', async () => {
    const log = await (await open(await text([await wholeLog(memoryLog(long.slice(10)))]))).open('tally/long');
    expect(await log.extent()).toEqual({ first: long[10]?.from, last: 6_000 });
    expect((await stateAt(log, tally, 5_000)).state.sum).toBe(5_000);
  });

  it.each([
    [
      'another program',
      'PK\u0003\u0004…',
      'log.ndjson is no foldcast export: its first line is not {"foldcast":1, …}.',
    ],
    ['another program that writes JSON', '{"version":1}\n{}\n', /^log.ndjson is no foldcast export/],
    ['nobody', '', /^log.ndjson is no foldcast export/],
    [
      'a newer version',
      '{"foldcast":2}\n',
      /^log.ndjson was written by a newer foldcast \(format 2, this one reads up to 1\)/,
    ],
  ])('of %s is refused', async (_, content, message) => {
    const refused = expect(open(content)).rejects;
    await refused.toMatchObject({ fault: 'bad-file' });
    await expect(open(content)).rejects.toThrow(message);
  });

  it('[A2] of another program that has numbers which a double does not hold says in which line', async () => {
    const event = (amount: string) =>
      `{"room":"tally/a","seq":1,"id":"a","type":"add","data":{"amount":${amount}},"by":"a","connection":"c","at":1}`;
    const content = (amount: string, between = '') => `{"foldcast":1}\n${between}${event(amount)}\n`;
    const sentence = (line: number) =>
      `log.ndjson has a whole number that would be read as another one in line ${line}.`;
    await expect(open(content('9007199254740993'))).rejects.toThrow(sentence(2));
    await expect(open(content('9007199254740993', '\n'))).rejects.toThrow(sentence(3));
    for (const amount of ['9007199254740992', '1e+23', '0.30000000000000004'])
      await expect(open(content(amount))).resolves.toBeDefined();
  });

  it('[A2] that is no UTF-8 says in which line', async () => {
    const [before = '', after = ''] = '{"foldcast":1}\n{"room":"tally/a","type":"|"}\n'.split('|');
    const file = new Blob([before, new Uint8Array([0xff]), after]);
    await expect(fileHistory(file, 'log.ndjson')).rejects.toThrow(
      'log.ndjson is damaged: there is no whole JSON object in line 2.',
    );
  });

  describe('of somebody who means harm is refused, with the line and the reason, where', () => {
    const event = { room: 'tally/a', seq: 1, id: 'a', type: 'add', data: {}, by: 'a', connection: 'c', at: 1 };
    const page = { room: 'tally/a', version: 1 };
    const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    const written = (...lines: readonly object[]) =>
      ['{"foldcast":1}', ...lines.map((line) => JSON.stringify(line)), ''].join('\n');

    it.each([
      ['a seq is larger than any room gets', [{ ...event, seq: 2 ** 53 - 1 }], 'an event whose "seq" is not a whole'],
      ['a seq is a fraction', [{ ...event, seq: 1.5 }], 'an event whose "seq" is not a whole number'],
      ['a seq is no place', [{ ...event, seq: 0 }], 'an event whose "seq" is not a whole number'],
      ['a time is none', [{ ...event, at: 1e300 }], 'an event whose "at" is not a time'],
      ['a refusal is none', [{ ...event, refused: {} }], 'an event whose "refused" is not a text'],
      ['the first of two is no event', [{ ...event, first: { seq: -1 } }], 'an event whose "first" is not the place'],
      ['a version is larger than any', [event, { ...page, version: 1e15 }], 'a page whose "version" is not a whole'],
      ['a page begins after its end', [event, { ...page, from: 2 }], 'has a page from 2 to 1'],
      ['bytes are less than none', [event, { ...page, bytes: -1 }], 'a page whose "bytes" is not a whole'],
      ['what is missing is no list', [event, { ...page, missing: [[1]] }], 'a page whose "missing" is not a list'],
      [
        'a page spans too much',
        [
          { ...event, seq: 2e6 },
          { ...page, from: 1, version: 2e6 },
        ],
        'a page from 1 to 2000000',
      ],
      ['events are far apart', [event, { ...event, seq: 1e9 }], 'skips more than 1000000 events'],
      ['data is nested deeply', [{ ...event, data: deep(101) }], 'a value that is nested more than 100 levels deep'],
      ['a state is nested deeply', [event, { ...page, state: deep(300) }], 'nested more than 100 levels deep'],
    ])('%s', async (_, lines, reason) => {
      const refused = expect(open(written(...lines))).rejects;
      await refused.toThrow(`line ${lines.length + 1}.`);
      await expect(open(written(...lines))).rejects.toMatchObject({
        fault: 'bad-file',
        message: expect.stringContaining(reason),
      });
    });

    it('a value of a million levels has a long number in it', async () => {
      const levels = 1_000_000;
      const content = `${written(event)}{"room":"tally/a","x":${'['.repeat(levels)}9007199254740993${']'.repeat(levels)}}\n`;
      await expect(open(content)).rejects.toThrow('nested more than 100 levels deep in line 3.');
    });

    it('a line has no end', async () => {
      const mega = 'x'.repeat(1024 * 1024);
      const file = new Blob([written(event), '"', ...Array.from({ length: 65 }, () => mega)]);
      await expect(fileHistory(file, 'log.ndjson')).rejects.toThrow('has more than 67108864 bytes in line 3.');
    });

    it.each([
      ['ends behind the file', { end: 1e9 }],
      ['has a room that ends before it begins', { from: 7, to: 6 }],
      ['has a version larger than any', { to: 2 ** 53 - 1 }],
      ['has half a mark', { marks: [1] }],
      ['has no mark', { marks: [] }],
      ['has marks that go back', { marks: [1, 50, 2, 40] }],
      ['has no list of marks', { marks: 7 }],
      ['has a last event that is none', { last: 'x' }],
    ])('an index %s', async (_, more) => {
      const body = `{"foldcast":1,"index":true}\n${JSON.stringify(event)}\n`;
      const right = { room: 'tally/a', from: 1, to: 1, pages: 1, bytes: 1, marks: [1, 28], end: body.length };
      const index = (room: object) => `${body}${JSON.stringify({ offset: body.length, index: [room] })}\n`;
      await expect(open(index(right))).resolves.toBeDefined();
      await expect(open(index({ ...right, ...more }))).rejects.toThrow('has an index of no file like it in line 3.');
    });

    it('an index leads to what is no event', async () => {
      // As long as it was, so that the index still fits.
      const wrong = exported.replaceAll('"at":5000,', '"at":-500,');
      const log = await (await open(wrong)).open('tally/long');
      await expect(all(log.pages())).rejects.toThrow('log.ndjson has an event whose "at" is not a time');
    });

    it('but nesting of a hundred levels is taken', async () => {
      await expect(open(written({ ...event, data: deep(100) }))).resolves.toBeDefined();
    });
  });

  it('that is cut off has what comes before, and says in which line it ends, or that its end is not there', async () => {
    const cut = lines.slice(0, 7).join('\n');
    const shown = async (text: string) => {
      const history = await open(text);
      const events = [];
      for (const { room } of await history.rooms())
        for await (const page of (await history.open(room)).pages()) events.push(...page.events);
      return { cutOff: history.cutOff, events: events.length };
    };
    const whole = await shown(exported);
    expect(whole.cutOff).toBeUndefined();
    const good = lines.slice(1, 6).filter((line) => 'seq' in JSON.parse(line)).length;
    expect(await shown(cut.slice(0, -9))).toEqual({
      cutOff: expect.stringMatching(/^log\.ndjson is cut off in line 7\. /),
      events: good,
    });
    const isMore = lines.slice(6, 7).filter((line) => 'seq' in JSON.parse(line)).length;
    expect(await shown(`${cut}\n`)).toEqual({
      cutOff: expect.stringMatching(/^log\.ndjson is cut off: its last line, the index, is not there\. /),
      events: good + isMore,
    });
    expect(await shown(exported.slice(0, -20))).toEqual({
      cutOff: expect.stringContaining(`is cut off in line ${lines.length}.`),
      events: whole.events,
    });
  });

  it('that is damaged says in which line', async () => {
    const broken = lines.with(4_000, '{"room":"tally/long",');
    await expect(open(broken.join('\n'))).rejects.toThrow('is damaged: there is no whole JSON object in line 4001.');
    await expect(open(lines.with(4_000, '17').join('\n'))).rejects.toThrow('no whole JSON object in line 4001.');
    await expect(open(lines.with(4_000, '{"a":1}').join('\n'))).rejects.toThrow(
      'has neither an event nor a state in line 4001.',
    );
  });

  it('says which rooms there are when asked for another', async () => {
    await expect((await open(exported)).open('tally/no')).rejects.toThrow(
      'There is no room "tally/no" in log.ndjson. The rooms in it: tally/few, tally/long.',
    );
  });
});

describe('a file of a million events', () => {
  /** Rules with a bug that showed late. */
  const buggy: Kind<number> = {
    ...(counter as Kind<number>),
    fold: (value, event) => (event.seq > 700_000 ? -1 : value + 1),
  };
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foldcast-'));
    const action = () => ({ type: 'plus', data: {} });
    const room = { room: 'counter/global-counter', kind: buggy, events: 1_000_000, batch: 100, action };
    await writeExport(join(folder, 'million.ndjson'), [generatedRoom(room)]);
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true }));

  it('shows where the bug set in, of which 40 pages are read at most', async () => {
    const history = await openFile(join(folder, 'million.ndjson'));
    const log = await history.open('counter/global-counter');
    expect(await bisect(log, buggy, (state) => state < 0)).toMatchObject({ version: 700_001, by: 'event' });
    expect(history.reads.pages).toBeLessThan(40);
    const mended = await bisect(log, counter, (state) => state < 0);
    expect(mended).toMatchObject({ version: 700_100, by: 'record', before: { version: 700_000 } });
  });

  it('is read in a few places for a state in the middle', async () => {
    const file = await openAsBlob(join(folder, 'million.ndjson'));
    const history = await fileHistory(file, 'million.ndjson');
    const log = await history.open('counter/global-counter');
    expect((await stateAt(log, buggy, 654_321)).state).toBe(654_321);
    expect(history.reads.bytes).toBeLessThan(1024 * 1024);
  });

  it('says so when there is no file', async () => {
    await expect(openFile(join(folder, 'none.ndjson'))).rejects.toMatchObject({ fault: 'bad-file' });
    await writeFile(join(folder, 'empty.ndjson'), '');
    await expect(openFile(join(folder, 'empty.ndjson'))).rejects.toThrow('empty.ndjson is no foldcast export');
  });
});
