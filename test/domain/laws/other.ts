import fc from 'fast-check';
import { expect } from 'vitest';
import { safeParse } from 'zod/v4/core';
import type { Event } from '../../../domain/event.ts';
import { asRecorded } from '../../../domain/fold.ts';
import type { Kind, Member } from '../../../domain/kind.ts';
import { maxPostBytes } from '../../../domain/limits.ts';
import { parseRoom, roomName } from '../../../domain/room.ts';
import { versionOf } from '../../../domain/version.ts';
import { always, copy, inTime, type Law, logsOf, members, walk } from './law.ts';

const telling: Law = {
  name: 'what plain members are sent follows from the cast alone, and leaves it alone',
  check: (kind, trying) =>
    always(kind, trying, (log) => {
      walk(kind, log, (event, _, { refused, state }) => {
        const cast = { state, version: event.seq, events: [{ ...event, ...(refused !== undefined && { refused }) }] };
        for (const member of members) {
          const given = copy(cast);
          const texts = kind.plain(given, member);
          expect(texts, 'what a member is sent is a list of texts').toEqual(texts.map(() => expect.any(String)));
          expect(texts.filter((text) => text.length > maxPostBytes).length, 'texts that nobody can be sent').toBe(0);
          expect(given, 'the cast').toEqual(copy(cast));
          expect(kind.plain(copy(cast), copy<Member>(member)), 'the same cast').toEqual(texts);
          expect(kind.plain({ ...copy(cast), events: [] }, member), 'a state that is cast once more').toEqual(
            expect.any(Array),
          );
        }
        expect([true, false, undefined]).toContain(kind.joins?.(copy(event)));
      });
    }),
};

const names: Law = {
  name: 'what it says of rooms, actions and users is total, and names rooms that there can be',
  check: (kind, trying) => {
    const someone = fc.oneof(fc.string(), fc.constantFrom('ann', '~ann', '', '__proto__'));
    const asked = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/));
    fc.assert(
      fc.property(
        asked,
        someone,
        inTime((id: string, user: string) => {
          const meant = kind.idOf ? kind.idOf(id) : id;
          if (kind.idOf && meant !== undefined) {
            expect(parseRoom(roomName(kind.name, meant)), `the room that is meant by "${id}"`).toBeDefined();
            expect(kind.idOf(meant), 'the id that is meant by an id').toBe(meant);
          }
          expect([true, false, undefined]).toContain(kind.admits?.(user, roomName(kind.name, id)));
        }),
      ),
      { numRuns: 200 },
    );
    always(kind, trying, (log) => {
      for (const { type, data, at } of log) {
        if (!Object.hasOwn(kind.actions, type)) continue;
        const room = kind.roomOf(copy({ type, data }));
        const meant = room !== undefined && kind.idOf ? kind.idOf(room) : room;
        expect(meant, 'the room that an action implies is one that there can be').toBe(room);
        if (room !== undefined) expect(parseRoom(roomName(kind.name, room)), `the room "${room}"`).toBeDefined();
        expect([true, false, undefined]).toContain(kind.creates?.(copy({ type, data })));
        expect(['string', 'undefined']).toContain(typeof kind.objection?.(copy({ type, data }), at));
      }
    });
  },
};

const requireOlder = (kind: Kind, older: readonly object[] | undefined): readonly Kind[] => {
  if (older) return older as readonly Kind[];
  throw new Error(
    `${kind.name} has an upgrade or an upcast: give rules of older versions to try it on, lawsOf(kind, { older: [...] }).`,
  );
};

const changing: Law = {
  name: 'upgrade and upcast take all that older rules made',
  applies: ({ upgrade, upcast }) => upgrade !== undefined || upcast !== undefined,
  check: (kind, trying) => {
    for (const old of requireOlder(kind, trying.older)) {
      const from = versionOf(old);
      expect(from, 'the version of older rules').toBeLessThan(versionOf(kind));
      fc.assert(
        fc.property(
          logsOf(old, {}),
          inTime((log: readonly Event[]) => {
            const seen = (state: unknown) => {
              if (!kind.upgrade) return;
              const given = copy(state);
              const made = kind.upgrade?.(given, from);
              expect(given, 'the older state').toEqual(copy(state));
              expect(copy(asRecorded(made)), 'the state that upgrade makes is what its JSON says').toEqual(made);
              expect(kind.upgrade?.(copy(state), from), 'upgrade of the same state').toEqual(made);
            };
            let state = copy(kind.initial);
            seen(copy(old.initial));
            walk(old, log, (event, _, { refused, state: after }) => {
              seen(after);
              const { type, data } = kind.upcast?.(copy(event), from) ?? event;
              const schema = { ...kind.actions, ...kind.internal }[type];
              if (!schema) throw new Error(`An event of version ${from} is "${type}" today, which is no action.`);
              const parsed = safeParse(schema, data);
              expect(parsed.error?.issues ?? [], `"${type}" of version ${from}, as an action of today`).toEqual([]);
              if (refused === undefined) state = copy(kind.fold(copy(state), { ...event, type, data }));
            });
          }),
        ),
        { numRuns: 40 },
      );
    }
  },
};

export const otherLaws: readonly Law[] = [telling, names, changing];
