import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import * as mini from 'zod/mini';
import type { Kind } from '../../domain/kind.ts';
import { board1, board2, board3 } from './board/board.ts';
import { dataOf } from './laws/data.ts';
import { laws, lawsOf } from './laws.ts';

lawsOf(board1);
lawsOf(board2, { older: [board1] });
lawsOf(board3, { older: [board1, board2] });

const sound: Kind = {
  name: 'sound',
  actions: { add: z.object({ text: z.string() }) },
  roomOf: () => 'room',
  initial: { texts: [] },
  refusal: () => undefined,
  fold: (state, { data }) => ({ texts: [...(state as Texts).texts, (data as Text).text].slice(-5) }),
  cast: 'state',
  plain: ({ state }) => [JSON.stringify(state)],
};

interface Text {
  readonly text: string;
}
interface Texts {
  texts: string[];
}

const older: Kind = { ...sound, initial: [], fold: (state, { data }) => [...(state as Text[]), data].slice(-5) };
const newer: Kind = {
  ...sound,
  version: 2,
  upgrade: (state) => ({ texts: (state as Text[]).map(({ text }) => text) }),
  upcast: ({ type, data }) => ({ type, data }),
};
const times = { seen: 0 };

/** Rules with one fault each, and a part of the name of the law that finds it. */
const planted: readonly (readonly [what: string, law: string, kind: Kind])[] = [
  [
    'a fold that throws',
    'are total',
    { ...sound, fold: (_, { data }) => ({ t: (data as Text).text.at(5)?.trim().length.toFixed(-1) }) },
  ],
  [
    'a refusal that throws',
    'are total',
    { ...sound, refusal: (state) => (state as Texts).texts[1]?.padEnd(-1).at(0)?.normalize('x') },
  ],
  [
    'a fold that hangs',
    'are total',
    {
      ...sound,
      fold: (state) => {
        while ((state as Texts).texts.length === 0);
        return state;
      },
    },
  ],
  ['a refusal that is no word', 'are total', { ...sound, refusal: () => false as never }],
  ['a fold with a clock', 'are pure', { ...sound, fold: () => ({ at: Date.now() }) }],
  ['a fold with another clock', 'are pure', { ...sound, fold: () => ({ at: new Date().getFullYear() }) }],
  ['a fold with luck', 'are pure', { ...sound, fold: () => ({ luck: Math.random() }) }],
  ['a fold with a memory', 'are pure', { ...sound, fold: () => ({ seen: ++times.seen }) }],
  ['a refusal with a memory', 'are pure', { ...sound, refusal: () => (++times.seen % 2 ? 'odd' : undefined) }],
  [
    'a fold that alters the state',
    'leave alone',
    {
      ...sound,
      fold: (state, { data }) => {
        (state as Texts).texts.push((data as Text).text);
        return state;
      },
    },
  ],
  [
    'a fold that alters the event',
    'leave alone',
    {
      ...sound,
      fold: (state, { data }) => {
        Object.assign(data as object, { text: '' });
        return state;
      },
    },
  ],
  ['a state with a Date', 'is its JSON', { ...sound, fold: () => ({ at: new Date(0) }) }],
  ['a state with NaN', 'is its JSON', { ...sound, fold: () => ({ sum: Number.NaN }) }],
  ['a state with undefined', 'is its JSON', { ...sound, initial: { texts: undefined } }],
  ['a fold that counts its own calls', 'warm or cold', { ...sound, fold: () => ({ seen: ++times.seen }) }],
  [
    'plain that throws',
    'follows from the cast',
    { ...sound, plain: ({ events }) => [events[0]?.by ?? (undefined as never as string).trim()] },
  ],
  ['plain that is no list', 'follows from the cast', { ...sound, plain: () => [{}] as never }],
  ['plain with luck', 'follows from the cast', { ...sound, plain: () => [String(Math.random())] }],
  [
    'plain that alters the state',
    'follows from the cast',
    {
      ...sound,
      plain: ({ state }) => {
        (state as Texts).texts.push('x');
        return [];
      },
    },
  ],
  [
    'joins that throws',
    'follows from the cast',
    { ...sound, joins: ({ data }) => (data as { no: string }).no.length > 1 },
  ],
  ['idOf that throws', 'is total, and names', { ...sound, idOf: (asked) => decodeURIComponent(`%${asked}`) }],
  [
    'idOf that means no room',
    'is total, and names',
    { ...sound, roomOf: () => undefined, idOf: (asked) => `${asked} ` },
  ],
  [
    'idOf that means another id each time',
    'is total, and names',
    { ...sound, roomOf: () => undefined, idOf: (asked) => (/^\w{1,9}$/.test(asked) ? `${asked}x` : undefined) },
  ],
  ['roomOf that names no room', 'is total, and names', { ...sound, roomOf: ({ data }) => (data as Text).text }],
  [
    'admits that throws',
    'is total, and names',
    { ...sound, admits: (user) => user.split('~')[1]?.length !== (user.match(/~(.*)/) as string[])[1]?.length },
  ],
  [
    'creates that throws',
    'is total, and names',
    { ...sound, creates: ({ data }) => (data as { no: string }).no.length > 1 },
  ],
  [
    'upgrade that throws',
    'older rules made',
    { ...newer, upgrade: (state) => ({ texts: [(state as Text[])[0]?.text as string].map((text) => text.trim()) }) },
  ],
  ['upgrade that makes no state', 'older rules made', { ...newer, upgrade: () => undefined }],
  [
    'upcast that throws',
    'older rules made',
    { ...newer, upcast: ({ type, data }) => ({ type, data: { text: (data as { no: string }).no.trim() } }) },
  ],
  ['upcast that makes no action', 'older rules made', { ...newer, upcast: ({ data }) => ({ type: 'none', data }) }],
  ['upcast to data that no schema takes', 'older rules made', { ...newer, upcast: ({ type }) => ({ type, data: {} }) }],
];

const lawOf = (part: string) => {
  const found = laws.filter(({ name }) => name.includes(part));
  if (found.length !== 1 || !found[0]) throw new Error(`"${part}" is in the names of ${found.length} laws.`);
  return found[0];
};

describe('the laws of all kinds', () => {
  it.each(planted)('find %s', (_, law, kind) => {
    expect(() => lawOf(law).check(kind, { older: [older] })).toThrow();
  });

  it.each(laws.map((law) => [law.name, law] as const))('find nothing in sound rules: %s', (_, law) => {
    expect(() => law.check(newer, { older: [older] })).not.toThrow();
  });

  it('ask for rules of older versions where there are an upgrade or an upcast', () => {
    expect(() => lawOf('older rules made').check(newer, {})).toThrow('give rules of older versions');
  });
});

describe('data that is made for a schema', () => {
  it.each([
    [
      'a text with a pattern and a transform',
      z
        .string()
        .regex(/^[a-z]{4}$/)
        .transform((text) => text.toUpperCase()),
    ],
    ['numbers within bounds', z.object({ whole: z.int().min(3).max(5), part: z.number().gt(1).lt(2) })],
    ['a text of a length', z.string().min(3).max(4)],
    [
      'one of several',
      z.discriminatedUnion('a', [z.object({ a: z.literal(1) }), z.object({ a: z.literal(2), b: z.boolean() })]),
    ],
    [
      'lists, records, tuples',
      z.object({ a: z.array(z.null()).min(1), b: z.record(z.string(), z.int()), c: z.tuple([z.int()]) }),
    ],
    [
      'what may be missing',
      z.object({ a: z.string().optional(), b: z.int().exactOptional(), c: z.int().default(1), d: z.int().nullable() }),
    ],
    ['more than it says', z.looseObject({ a: z.enum(['x', 'y']) })],
    ['anything, then something', z.unknown().pipe(z.object({ a: z.any() }))],
    [
      'schemas of zod/mini',
      mini.object({ a: mini.string().check(mini.regex(/^[a-z]{4}$/)), b: mini.optional(mini.int()) }),
    ],
    ['a refinement', z.int().refine((value) => value % 2 === 0)],
  ])('passes it: %s', (_, schema) => {
    fc.assert(
      fc.property(dataOf(schema), (data) => {
        expect(JSON.parse(JSON.stringify(data))).toEqual(data);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['has a sort that none is made of', z.map(z.string(), z.int()), 'a schema of type "map"'],
    [
      'takes next to nothing',
      z.string().refine((text) => text === 'open sesame'),
      'checks that nothing made by chance passes',
    ],
  ])('is asked for where a schema %s', (_, schema, sentence) => {
    expect(() => dataOf(schema)).toThrow(sentence);
    expect(() => dataOf(schema)).toThrow('lawsOf(kind, { data:');
  });

  it('may be given', () => {
    const kind: Kind = {
      ...sound,
      actions: { add: z.object({ text: z.string().refine((text) => text === 'sesame') }) },
    };
    const data = { add: fc.constant({ text: 'sesame' }) };
    for (const law of laws) if (law.applies?.(kind) ?? true) expect(() => law.check(kind, { data })).not.toThrow();
  });
});
