import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Crowd, foldPresence, isPresence, presenceRefusal } from '../../domain/presence.ts';
import { logged } from './logged.ts';

const present = (...connections: readonly string[]) =>
  connections.map((connection) => ({ connection, user: connection }));
const coming = (connection: string) => logged(1, 'joined', {}, { connection, by: connection });
const going = (connection: string) => logged(1, 'left', {}, { connection, by: connection });

const membersOf = (connections: readonly string[]) => ({ members: present(...connections) });
const crowdComing = (...connections: string[]) => logged(1, 'joined', membersOf(connections), { connection: '' });
const crowdGoing = (...connections: string[]) => logged(1, 'left', membersOf(connections), { connection: '' });
const crowd = Array.from({ length: 500 }, (_, index) => `c-${index}`);

describe('presence', () => {
  it('lists those who are there in the order in which they came, and keeps the rest of a state', () => {
    expect(foldPresence({ present: present('ann'), more: 1 }, coming('bob'))).toEqual({
      present: present('ann', 'bob'),
      more: 1,
    });
    expect(foldPresence({ present: present('ann', 'bob', 'cleo') }, going('bob'))).toEqual({
      present: present('ann', 'cleo'),
    });
  });

  it('takes several at once, but those that were told before', () => {
    expect(foldPresence({ present: present('ann') }, crowdComing('ann', 'bob', 'cy'))).toEqual({
      present: present('ann', 'bob', 'cy'),
    });
    expect(foldPresence({ present: present('ann', 'bob', 'cy') }, crowdGoing('cy', 'ann', 'di'))).toEqual({
      present: present('bob'),
    });
  });

  it('says whose each connection is, and keeps a user who has another', () => {
    const both = crowdComing('phone', 'desk');
    const event = {
      ...both,
      data: { members: membersOf(['phone', 'desk']).members.map((each) => ({ ...each, user: 'ann' })) },
    };
    const state = foldPresence({ present: [] } as Crowd, event);
    expect(foldPresence(state, crowdGoing('phone')).present).toEqual([{ connection: 'desk', user: 'ann' }]);
  });

  it('refuses who is there already, and the going of who is not', () => {
    for (const event of [coming('ann'), crowdComing('ann')])
      expect(presenceRefusal({ present: present('ann') }, event)).toBe('already-here');
    for (const event of [going('bob'), crowdGoing('bob', 'cy')])
      expect(presenceRefusal({ present: present('ann') }, event)).toBe('not-here');
    for (const event of [coming('bob'), going('ann'), crowdComing('ann', 'bob'), crowdGoing('ann', 'bob')])
      expect(presenceRefusal({ present: present('ann') }, event)).toBeUndefined();
  });

  it('[S3] lists who comes after five hundred that only stay, and counts the others', () => {
    const full: Crowd = { present: present(...crowd) };
    expect(presenceRefusal(full, coming('ann'))).toBeUndefined();
    const one = foldPresence(full, coming('ann'));
    expect(one).toEqual({ present: present(...crowd.slice(1), 'ann'), others: 1 });
    const two = foldPresence(one, crowdComing('bob', 'cy'));
    expect([two.present.slice(-3), two.others]).toEqual([present('ann', 'bob', 'cy'), 3]);
    expect(presenceRefusal(two, going('c-0'))).toBeUndefined();
    const three = foldPresence(two, crowdGoing('c-0', 'c-1', 'c-2', 'ann'));
    expect(three).toEqual({ present: present(...crowd.slice(3), 'bob', 'cy') });
  });

  it('tells its own events from others', () => {
    expect([coming('ann'), going('ann'), logged(1, 'plus', {})].map(isPresence)).toEqual([true, true, false]);
  });

  it('lists nobody twice and nobody who has gone, whoever comes and goes', () => {
    const names = fc.uniqueArray(fc.constantFrom('ann', 'bob', 'cleo'), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), names)), (moves) => {
        let state: Crowd = { present: [] };
        const there = new Set<string>();
        for (const [comes, some] of moves) {
          const event = comes ? crowdComing(...some) : crowdGoing(...some);
          if (presenceRefusal(state, event) === undefined) state = foldPresence(state, event);
          for (const name of some) {
            if (comes) there.add(name);
            else there.delete(name);
          }
        }
        expect(state).toEqual({ present: present(...there) });
      }),
    );
  });
});
