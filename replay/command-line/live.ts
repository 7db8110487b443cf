import { setTimeout } from 'node:timers/promises';
import { registry } from '../../domain/registry.ts';
import { ReplayError } from '../errors.ts';
import { type Came, follow, followAnew } from '../follow.ts';
import { rulesOf } from '../rules.ts';
import { BadInput } from './bad-input.ts';
import { NoPlace } from './place.ts';
import type { PlaceFlags } from './places.ts';
import type { Run } from './run.ts';
import { sentenceOf } from './sentence.ts';
import { openSession } from './session.ts';

/** How often the room is looked at, in ms: the read of a head each time. */
const interval = 500;

/** What may pass: the runtime is started again, AWS does not answer, nobody has acted in the room that began anew. */
const mayPass = (cause: unknown): boolean =>
  cause instanceof NoPlace ||
  cause instanceof BadInput ||
  (cause instanceof ReplayError ? cause.fault === 'unknown-room' : cause instanceof Error && '$metadata' in cause);

/**
 * The states of a room as they come, the newest first of all, until the signal. Once there was one, it outlives that the place does not answer for a while,
 * and that the room begins anew: it says so.
 */
export async function* live(name: string, place: PlaceFlags, run: Run, signal: AbortSignal): AsyncGenerator<Came> {
  let known: Came | undefined;
  let isSaid = false;
  while (!signal.aborted) {
    try {
      await using session = await openSession(place, run);
      const log = await session.open(name);
      const kind = rulesOf(registry, name);
      // It may have grown to the same version while there was no answer.
      let isOther = known !== undefined && log.edges?.at(-1)?.epoch !== known.epoch;
      while (!signal.aborted) {
        for await (const came of isOther ? followAnew(log, kind) : follow(log, kind, known)) {
          if (signal.aborted) return;
          if (came.anew) run.screen.say(`${name} has begun anew: watched from there.`);
          yield came;
          known = came;
        }
        [isOther, isSaid] = [false, false];
        await setTimeout(interval, undefined, { signal }).catch(() => {});
      }
    } catch (cause) {
      if (!known || !mayPass(cause)) throw cause;
      if (!isSaid)
        run.screen.say(`${name} can't be read just now (${sentenceOf(cause)}): it is watched on as soon as it can be.`);
      isSaid = true;
      await setTimeout(interval, undefined, { signal }).catch(() => {});
    }
  }
}
