import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { LoggedEvent } from '../../domain/event.ts';
import { defineKind } from '../../domain/kind.ts';
import { shrink } from '../../replay/shrink.ts';
import { logged } from '../domain/logged.ts';

interface Lock {
  readonly step: number;
  readonly noise: number;
}

/** Opens after 3, 1 and 2, with anything in between; 9 is refused. */
const lock = defineKind({
  name: 'lock',
  actions: { turn: z.object({ to: z.int() }) },
  roomOf: () => 'door',
  initial: { step: 0, noise: 0 } as Lock,
  refusal: (_, { data }) => (data.to === 9 ? 'jammed' : undefined),
  fold: ({ step, noise }, { data }) => ({ step: data.to === [3, 1, 2][step] ? step + 1 : step, noise: noise + 1 }),
  cast: 'state',
  plain: () => [],
});

const turns = (...all: readonly number[]): readonly LoggedEvent[] =>
  all.map((to, place) => logged(place + 1, 'turn', { to }));
const found = async (events: readonly LoggedEvent[], predicate: (state: Lock) => boolean) => {
  const shrunk = await shrink(lock, lock.initial, events, predicate);
  return shrunk && { ...shrunk, turned: shrunk.events.map(({ data }) => (data as { to: number }).to) };
};

describe('shrinking', () => {
  it('ends with the three events of a hundred thousand that are needed', async () => {
    const all = Array.from({ length: 100_000 }, (_, place) => 4 + (place % 6));
    [all[20_000], all[55_555], all[99_000]] = [3, 1, 2];
    const shrunk = await found(turns(...all), ({ step }) => step === 3);
    expect(shrunk?.turned).toEqual([3, 1, 2]);
    expect(shrunk?.state).toEqual({ step: 3, noise: 3 });
    // Each folds a few hundred events.
    expect(shrunk?.tries).toBeLessThan(80);
  });

  it('ends with none where it is true from the beginning, and with nothing where it is not true', async () => {
    expect((await found(turns(3, 1), ({ step }) => step >= 0))?.turned).toEqual([]);
    expect(await found(turns(3, 1), ({ step }) => step === 3)).toBeUndefined();
  });

  it('keeps what makes it true, of which nothing can be left out, whatever is asked', async () => {
    const asked = fc.constantFrom<(state: Lock) => boolean>(
      ({ step }) => step === 2,
      ({ noise }) => noise % 5 === 3,
      ({ noise, step }) => noise > 4 && step < 2,
      // The last is needed after many, and not after two.
      ({ noise, step }) => step === 3 || (step === 2 && noise < 3),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 600, size: 'max' }),
        asked,
        async (all, predicate) => {
          const shrunk = await found(turns(...all), predicate);
          if (!shrunk) return;
          expect(predicate(shrunk.state)).toBe(true);
          for (const [place] of shrunk.events.entries()) {
            const less = shrunk.turned.filter((_, other) => other !== place);
            const left = less.reduce(
              (state, to) => (to === 9 ? state : lock.fold(state, turns(to)[0] as never)),
              lock.initial,
            );
            expect(predicate(left)).toBe(false);
          }
        },
      ),
    );
  });
});
