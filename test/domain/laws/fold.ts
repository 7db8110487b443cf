import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, vi } from 'vitest';
import type { Event } from '../../../domain/event.ts';
import type { Kind } from '../../../domain/kind.ts';
import { beginning, foldPage, type Latest } from '../../../domain/page.ts';
import { always, copy, inTime, type Law, logsOf, step, walk } from './law.ts';

const total: Law = {
  name: '[F4] fold and refusal are total: they throw at nothing that may be sent, and end',
  check: (kind, trying) =>
    always(kind, trying, (log) => {
      walk(kind, log, (_, __, { refused }) => {
        expect(['string', 'undefined'], 'a refusal is a word').toContain(typeof refused);
      });
    }),
};

/** Does something on another day, with other luck. */
const elsewhen = <T>(work: () => T): T => {
  vi.useFakeTimers({ now: 4_000_000_000_000, toFake: ['Date', 'performance'] });
  const luck = vi.spyOn(Math, 'random').mockReturnValue(0.123456789);
  const uuid = vi.spyOn(globalThis.crypto, 'randomUUID').mockReturnValue('0-0-0-0-0');
  try {
    return work();
  } finally {
    for (const each of [luck, uuid]) each.mockRestore();
    vi.useRealTimers();
  }
};

const pure: Law = {
  name: '[F4] fold and refusal are pure: no clock, no luck, and no memory of their own',
  check: (kind, trying) =>
    always(kind, trying, (log) => {
      walk(kind, log, (event, before, after) => {
        const again = elsewhen(() => step(kind, copy(before), copy(event)));
        expect(again, 'the same event on the same state').toEqual(after);
      });
    }),
};

const leaving: Law = {
  name: '[F4] fold and refusal leave alone what they are given',
  check: (kind, trying) =>
    always(kind, trying, (log) => {
      walk(kind, log, (event, before) => {
        const given = { state: copy(before), event: copy(event) };
        const was = copy(given);
        step(kind, given.state, given.event);
        expect(given, 'what the rules were given').toEqual(was);
      });
    }),
};

const json: Law = {
  name: '[F2] a state is its JSON',
  check: (kind, trying) => {
    const isJson = (state: unknown) =>
      expect(isDeepStrictEqual(copy(state), state), 'the state is what its JSON says').toBe(true);
    isJson(kind.initial);
    always(kind, trying, (log) => {
      walk(kind, log, (_, __, { state }) => isJson(state));
    });
  },
};

/** Folds batches one after the other. A cold fold has read what a warm one remembers. */
const run = (kind: Kind, batches: readonly (readonly Event[])[], isCold: boolean) => {
  let latest: Latest = beginning(kind);
  let older: Latest['recent'] = [];
  for (const events of batches) {
    const folded = foldPage({ room: `${kind.name}/room`, kind, epoch: 'e', latest, events, older, at: 0 });
    if (!folded) continue;
    older = [...older, ...folded.page.events];
    latest = isCold ? copy(folded.latest) : folded.latest;
  }
  return { state: copy(latest.state), log: copy(older) };
};

const cuts: Law = {
  name: '[F2] a log ends the same in one page or in many, warm or cold',
  check: (kind, trying) =>
    fc.assert(
      fc.property(
        logsOf(kind, trying),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        inTime((log: readonly Event[], size: number, isCold: boolean) => {
          const batches = log.flatMap((_, place) => (place % size === 0 ? [log.slice(place, place + size)] : []));
          expect(run(kind, batches, isCold)).toEqual(run(kind, [log], false));
        }),
      ),
      { numRuns: 60 },
    ),
};

export const foldLaws: readonly Law[] = [total, pure, leaving, json, cuts];
