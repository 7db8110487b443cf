import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Event } from '../../domain/event.ts';
import { judge, refold } from '../../domain/fold.ts';
import { defineKind, type Kind } from '../../domain/kind.ts';
import { after, beginning, foldPage, type Latest, type Page } from '../../domain/page.ts';
import { createRegistry } from '../../domain/registry.ts';
import { initialState, settled } from '../../domain/settled.ts';

type State = { readonly [key: string]: unknown } | number | string | null | readonly unknown[];

const cyclic = (): State => {
  const whole: Record<string, unknown> = {};
  whole.inner = [whole];
  return whole;
};

/** What careless rules make of a state. What they see of it goes into the next, so that one difference makes others. */
const careless: readonly ((state: State) => unknown)[] = [
  () => Number.NaN,
  () => -0,
  () => undefined,
  () => () => 1,
  () => 1n,
  () => cyclic(),
  () => new Date(0),
  () => new Map([['a', 1]]),
  () => ({ a: undefined, b: Number.NaN, c: [undefined, Number.POSITIVE_INFINITY, -0], d: new Date(5), e: Symbol('e') }),
  () => ({ toJSON: () => ({ a: 1 }), hidden: true }),
  () => ({
    get a() {
      throw new Error('Not now.');
    },
  }),
  () => {
    const shared = { a: 1 };
    return { x: shared, y: shared };
  },
  (state) => ({
    same: typeof state === 'object' && state !== null && 'x' in state && 'y' in state && state.x === state.y,
  }),
  (state) => ({ seen: state, kind: typeof state, infinite: 1 / Number(state), keys: Object.keys(Object(state)) }),
  (state) => state,
  (state) => Object.assign(state as object, { altered: true }),
  // A list with a hole.
  (state) => (Array.isArray(state) ? [...state, '\ud83d'] : Object.assign([], { 1: 1 })),
  () => Object.create({ inherited: 1 }, { hidden: { value: 2 }, shown: { value: 3, enumerable: true } }),
  (state) => Number(state) + 1,
  () => Promise.resolve(1),
];

const odd = defineKind({
  name: 'odd',
  actions: { make: z.object({ how: z.number() }) },
  roomOf: () => 'room',
  initial: { at: new Date(0), nothing: undefined } as unknown as State,
  refusal: (_, { data: { how } }) => (how < 0 ? (Symbol('no') as unknown as string) : undefined),
  fold: (state, { data: { how } }) => careless[how]?.(state) as State,
  cast: 'state',
  plain: () => [],
}) as Kind<State>;

const events = (hows: readonly number[]): readonly Event[] =>
  hows.map((how, index) => ({
    ...{ seq: index + 1, id: `id-${index}`, type: 'make', data: { how } },
    ...{ by: 'ann', connection: 'c', at: 0 },
  }));

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Where a room stands for a fold that remembers nothing of it. */
const fromLog = (pages: readonly Page<State>[]): Latest<State> => {
  const last = pages.at(-1);
  if (!last) return beginning(odd);
  const read = throughJson(pages);
  const start = read.findLastIndex((page) => 'state' in page);
  const state = start < 0 ? initialState(odd) : (read[start]?.state as State);
  const rest = read.slice(start + 1).flatMap((page) => page.events);
  return after(throughJson(last), refold(odd, state, rest), 0);
};

/** Folds events in batches of these sizes; `warm` says which of them begin with what the one before remembers. */
const run = (all: readonly Event[], sizes: readonly number[], warm: (batch: number) => boolean) => {
  const pages: Page<State>[] = [];
  let latest = beginning(odd);
  for (let next = 0, batch = 0; next < all.length; batch += 1) {
    const size = sizes[batch % sizes.length] ?? 1;
    if (!warm(batch)) latest = fromLog(pages);
    const batchEvents = throughJson(all.slice(next, next + size));
    const folded = foldPage({ room: 'odd/room', epoch: 'e', kind: odd, latest, events: batchEvents, at: 0 });
    if (!folded) throw new Error('Nothing was folded.');
    latest = folded.latest;
    pages.push(folded.page);
    next += size;
  }
  return { state: latest.state, log: pages.flatMap((page) => page.events), cold: fromLog(pages).state };
};

describe('rules that make anything', () => {
  it('[F2] end the same in a warm fold and in a cold one, however the batches are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1, max: careless.length - 1 }), { minLength: 1, maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
        fc.nat(255),
        (hows, sizes, warmth) => {
          const all = events(hows);
          const whole = run(all, [all.length], () => true);
          for (const warm of [() => true, () => false, (batch: number) => ((warmth >> (batch % 8)) & 1) === 1]) {
            const cut = run(all, sizes, warm);
            expect(cut.log).toStrictEqual(whole.log);
            for (const { state, cold } of [whole, cut]) {
              expect(state).toStrictEqual(whole.state);
              expect(cold).toStrictEqual(whole.state);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('[F2] leave what each can be written as', () => {
    const made = (how: number, state: State = 1) => {
      const verdict = judge(odd, settled(state).state, events([how])[0] as Event);
      return verdict.refused ?? verdict.state;
    };
    expect(careless.map((_, how) => made(how))).toStrictEqual([
      ...[null, 0, 'fault', 'fault', 'fault', 'fault', '1970-01-01T00:00:00.000Z', {}],
      { b: null, c: [null, null, 0], d: '1970-01-01T00:00:00.005Z' },
      ...[{ a: 1 }, 'fault', { x: { a: 1 }, y: { a: 1 } }, { same: false }],
      { seen: 1, kind: 'number', infinite: 1, keys: [] },
      ...[1, 1, [null, 1], { shown: 3 }, 2, {}],
    ]);
    expect(beginning(odd).state).toStrictEqual({ at: '1970-01-01T00:00:00.000Z' });
  });

  it('[F4] may not alter what they are given: that is a fault, and the state is as it was', () => {
    const altering = { ...odd, fold: (state: State) => Object.assign(state as object, { a: 2 }) } as Kind<State>;
    const given = settled<State>({ a: 1 }).state;
    expect(judge(altering, given, events([0])[0] as Event)).toMatchObject({ refused: 'fault' });
    expect(given).toEqual({ a: 1 });
  });
});

describe('settled', () => {
  it.each([
    [undefined, 'state is no JSON value: its type is undefined.'],
    [{ players: [{}, {}, {}, { score: 5n }] }, 'state.players[3].score is no JSON value: its type is bigint.'],
    [{ 'a b': cyclic() }, 'state["a b"].inner[0] is no JSON value: it contains itself.'],
    [{ a: { toJSON: () => JSON.parse('') } }, "state.a can't be written as JSON."],
  ])('[F4] says which part of %o is no JSON value', (made, sentence) => {
    expect(() => settled(made)).toThrow(sentence);
  });

  it('is known of an initial state when the kind is registered', () => {
    expect(() => createRegistry([{ ...odd, initial: { a: 1n } }])).toThrow('state.a is no JSON value');
  });
});
