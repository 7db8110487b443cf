import { describe, it } from 'vitest';
import type { Event } from '../../domain/event.ts';
import type { Kind } from '../../domain/kind.ts';
import { foldLaws } from './laws/fold.ts';
import type { Law, Trying } from './laws/law.ts';
import { otherLaws } from './laws/other.ts';

/** What holds for every kind. */
export const laws: readonly Law[] = [...foldLaws, ...otherLaws];

/**
 * Tests a kind for what holds for every kind, whatever is sent to it: one line in its test. What is sent follows from its schemas,
 * and from the run's seed.
 */
export const lawsOf = <State, E extends Event>(kind: Kind<State, E>, trying: Trying = {}): void => {
  describe(`the laws of ${kind.name}, version ${kind.version ?? 1}`, () => {
    const own = kind as object as Kind;
    for (const { name, applies, check } of laws) if (applies?.(own) ?? true) it(name, () => check(own, trying));
  });
};
