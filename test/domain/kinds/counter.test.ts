import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counter } from '../../../domain/kinds/counter.ts';
import { given } from '../given.ts';
import { lawsOf } from '../laws.ts';

lawsOf(counter);

describe('counter', () => {
  it('starts at nought', () => {
    given(counter).state(0);
  });

  it('adds one and takes one, in any order and below nought', () => {
    given(counter).events('plus', 'plus', 'minus').accepts().state(1).events('minus', 'minus').state(-1);
  });

  it('[F6] stays where it is when an action comes twice', () => {
    given(counter).events('plus').retry().refuses('duplicate').state(1);
  });

  it('is the pluses less the minuses, whatever is sent', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('plus' as const, 'minus' as const)), (actions) => {
        const pluses = actions.filter((action) => action === 'plus').length;
        given(counter)
          .events(...actions)
          .accepts()
          .state(2 * pluses - actions.length || 0);
      }),
    );
  });

  it('sends plain members the number, with its version', () => {
    const [message = ''] = counter.plain({ state: 3, version: 7, events: [] }, { connection: 'a', wire: 'plain' });
    expect(JSON.parse(message)).toEqual({ type: 'state', value: 3, version: 7 });
  });
});
