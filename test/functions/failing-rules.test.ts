import { expect, it } from 'vitest';
import * as z from 'zod';
import { merge } from '../../domain/delivery.ts';
import { defineKind, type Kind } from '../../domain/kind.ts';
import { tablesOfFile } from '../store/tables.ts';
import { type Appended, coldFold, plus } from './cold-fold.ts';

const tables = await tablesOfFile();

/** A kind that anything may be wrong with: it counts texts. */
const fragile = defineKind({
  name: 'fragile',
  actions: { say: z.object({ text: z.string() }) },
  roomOf: () => undefined,
  initial: 0,
  refusal: (_, { data: { text } }) => (/^(a+)+$/.test(text) ? 'only-as' : undefined),
  fold: (count, { data: { text } }) => {
    if (text === 'throw') throw new RangeError(`No ${text}.`);
    if (text === 'loop') for (;;);
    return count + 1;
  },
  cast: 'state',
  plain: ({ state }) => [`${state}`],
}) as Kind<number>;

const say = (room: string, seq: number, text: string): Appended => plus(room, seq, { type: 'say', data: { text } });
const slow = `${'a'.repeat(40)}b`;
const joined = (room: string, ...ids: readonly string[]) =>
  Promise.all(ids.map((id) => tables.connections.add({ id, wire: 'plain', rooms: [room], at: 0 })));
const refusals = async (room: string) =>
  (await tables.log.pages(room, 1, 99)).flatMap(({ events }) => events.map(({ refused }) => refused));

it('[F4] gives up an event on which the rules do not end, alone: its room and the others go on', async () => {
  const { fold, errors } = coldFold(tables, { more: [fragile as Kind] });
  const room = 'fragile/endless';
  const texts = ['one', 'loop', 'two', slow, 'three'];
  const failed = await fold(...texts.map((text, index) => say(room, index + 1, text)), plus('counter/beside', 1));
  expect(failed).toEqual([]);
  expect(await refusals(room)).toEqual([undefined, 'fault', undefined, 'fault', undefined]);
  expect((await tables.log.latest(room, fragile)).state).toBe(3);
  expect(await refusals('counter/beside')).toEqual([undefined]);
  const events = (await tables.log.pages(room, 1, 9)).flatMap((page) => page.events);
  expect(events.map(({ endless = false }) => endless)).toEqual([false, true, false, true, false]);
  expect(errors.map(([, data]) => data)).toEqual(
    [2, 4].map((seq) =>
      expect.objectContaining({
        room,
        event: expect.objectContaining({ seq, data: { text: texts[seq - 1] } }),
        fault: { message: 'The rules did not end within 800 ms.', stack: expect.any(String) },
      }),
    ),
  );
  expect(await fold(say(room, 6, 'four'))).toEqual([]);
  expect((await tables.log.latest(room, fragile)).state).toBe(4);
});

it('[F4] commits what it has given up before it goes on, so that nobody waits for it twice', async () => {
  const { fold } = coldFold(tables, { more: [fragile as Kind] });
  const room = 'fragile/pages';
  await fold(say(room, 1, 'one'), say(room, 2, 'loop'), say(room, 3, 'two'));
  expect((await tables.log.pages(room, 1, 9)).map(({ from, to }) => [from, to])).toEqual([
    [1, 2],
    [3, 3],
  ]);
});

it('[F4] tells the log of a fault: message, stack and event', async () => {
  const { fold, errors } = coldFold(tables, { more: [fragile as Kind] });
  await fold(say('fragile/throws', 1, 'throw'), say('fragile/throws', 2, 'fine'));
  expect(errors).toEqual([
    [
      'the rules failed on an event: it does not count',
      {
        room: 'fragile/throws',
        event: expect.objectContaining({ seq: 1, id: 'id-1', data: { text: 'throw' }, refused: 'fault' }),
        fault: {
          message: 'No throw.',
          stack: expect.stringMatching(/^RangeError: No throw\.\n.*failing-rules\.test\.ts/),
        },
      },
    ],
  ]);
});

it.each<readonly [string, Partial<Kind<number>>, readonly string[]]>([
  [
    'plain throws for one member',
    {
      plain: (_, { connection }) => {
        if (connection === 'ann') throw new Error('Not ann.');
        return ['told'];
      },
    },
    ['bob'],
  ],
  ['plain gives no texts', { plain: () => [1] as never }, []],
  [
    'plain does not end',
    {
      plain: () => {
        for (;;);
      },
    },
    [],
  ],
  [
    'joins throws',
    {
      joins: () => {
        throw new Error('Nobody.');
      },
    },
    ['ann', 'bob'],
  ],
  [
    'joins does not end',
    {
      joins: () => {
        for (;;);
      },
    },
    ['ann', 'bob'],
  ],
])('[F4] goes on where %s: nothing is sent for it', async (what, rules, told) => {
  const room = `fragile/${what.replaceAll(' ', '-')}`;
  await joined(room, 'ann', 'bob');
  const { fold, errors } = coldFold(tables, { more: [{ ...fragile, ...rules } as Kind] });
  expect(await fold(say(room, 1, 'one'))).toEqual([]);
  expect([...merge(await tables.queued()).keys()].toSorted()).toEqual(told);
  expect(errors).toEqual([
    [expect.any(String), { room, fault: expect.objectContaining({ message: expect.any(String) }) }],
  ]);
});

it('[F4] reads a room whose rules do not end any more on an event that counted', async () => {
  const room = 'fragile/later';
  // Too large for a checkpoint: the log has to be folded.
  const rules: Kind<{ readonly count: number; readonly wide: string }> = {
    ...(fragile as Kind<never>),
    initial: { count: 0, wide: 'x'.repeat(9_000) },
    fold: (state, { seq }) => {
      if (seq === 2) for (;;);
      return { ...state, count: state.count + 1 };
    },
  };
  const before = { ...rules, fold: (state) => state } as typeof rules;
  await coldFold(tables, { more: [before as Kind] }).fold(...[1, 2, 3].map((seq) => say(room, seq, 'x')));
  expect((await tables.log.latest(room, rules)).state.count).toBe(2);
});
