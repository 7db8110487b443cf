import { expect, expectTypeOf, it } from 'vitest';
import type { chat } from '../../domain/kinds/chat.ts';
import { counter } from '../../domain/kinds/counter.ts';
import type { game } from '../../domain/kinds/game.ts';

it('keeps the words of a kind as types: its name, its actions, the reasons of its refusals', () => {
  expect(counter.name).toBe('counter');
  expectTypeOf(counter.name).toEqualTypeOf<'counter'>();
  expectTypeOf<keyof typeof counter.actions>().toEqualTypeOf<'plus' | 'minus'>();
  expectTypeOf<ReturnType<typeof chat.refusal>>().toEqualTypeOf<'already-here' | 'not-here' | undefined>();
  expectTypeOf<Extract<ReturnType<typeof game.refusal>, 'stale' | 'no-such-game'>>().toEqualTypeOf<
    'stale' | 'no-such-game'
  >();
});
