import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldPresence, isPresence, type Present, presenceRefusal } from '../../domain/presence.ts';
import { logged } from './logged.ts';

const coming = (connection: string) => logged(1, 'joined', {}, { connection });
const going = (connection: string) => logged(1, 'left', {}, { connection });

describe('presence', () => {
  it('lists those who are there in the order in which they came', () => {
    expect(foldPresence(['ann'], coming('bob'))).toEqual(['ann', 'bob']);
    expect(foldPresence(['ann', 'bob', 'cleo'], going('bob'))).toEqual(['ann', 'cleo']);
  });

  it('refuses who is there already, and the going of who is not', () => {
    expect(presenceRefusal(['ann'], coming('ann'))).toBe('already-here');
    expect(presenceRefusal(['ann'], going('bob'))).toBe('not-here');
    expect(presenceRefusal(['ann'], coming('bob'))).toBeUndefined();
    expect(presenceRefusal(['ann'], going('ann'))).toBeUndefined();
  });

  it('lists five hundred, and again when one of them has gone', () => {
    const crowd = Array.from({ length: 500 }, (_, index) => `c-${index}`);
    expect(presenceRefusal(crowd.slice(1), coming('ann'))).toBeUndefined();
    expect(presenceRefusal(crowd, coming('ann'))).toBe('too-many-to-list');
    expect(presenceRefusal(crowd, going('c-7'))).toBeUndefined();
  });

  it('tells its own events from others', () => {
    expect([coming('ann'), going('ann'), logged(1, 'plus', {})].map(isPresence)).toEqual([true, true, false]);
  });

  it('lists nobody twice and nobody who has gone, whoever comes and goes', () => {
    const names = fc.constantFrom('ann', 'bob', 'cleo');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), names)), (moves) => {
        let present: Present = [];
        const there = new Set<string>();
        for (const [comes, name] of moves) {
          const event = comes ? coming(name) : going(name);
          if (presenceRefusal(present, event) === undefined) present = foldPresence(present, event);
          if (comes) there.add(name);
          else there.delete(name);
        }
        expect(present).toEqual([...there]);
      }),
    );
  });
});
