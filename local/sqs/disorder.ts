import { seededRandom } from '../random.ts';
import type { WaitingMessage } from './fauxqs.ts';

/**
 * What a standard queue may do and a local one would never: deliver out of order, and deliver twice. From a seed, so
 * that a run that found a bug can be had again.
 *
 * Order is disturbed where messages wait, before a receive takes them: nothing is received, so nothing is lost, hidden
 * or counted towards the dead-letter queue. A second delivery is the answer of the first one over again, under the same
 * receipt handle: whoever deletes it, deletes the message.
 */
export interface Disorder {
  /** Disturbs the order of what waits, where the next `taken` are about to be received. */
  disturb(waiting: WaitingMessage[], taken: number): void;
  /** Second deliveries of earlier messages of a queue, `space` at most. */
  repeats(queue: string, space: number): object[];
  /** Notes which of the messages delivered are to come again. */
  delivered(queue: string, messages: readonly object[]): void;
}

/** How often, of all receives or messages. Often enough to show in a test of a few hundred messages. */
const oftenShuffled = 1 / 4;
const oftenHeldBack = 1 / 8;
const oftenRepeated = 1 / 100;

export const createDisorder = (seed: number): Disorder => {
  const random = seededRandom(seed);
  const pending = new Map<string, object[]>();

  const shuffleFirst = (waiting: WaitingMessage[], count: number) => {
    const ranked = waiting.slice(0, count).map((message) => ({ message, rank: random() }));
    waiting.splice(0, count, ...ranked.toSorted((a, b) => a.rank - b.rank).map(({ message }) => message));
  };

  return {
    disturb: (waiting, taken) => {
      if (waiting.length < 2) return;
      if (random() < oftenHeldBack) waiting.push(...waiting.splice(0, 1));
      if (random() < oftenShuffled) shuffleFirst(waiting, taken);
    },
    repeats: (queue, space) => pending.get(queue)?.splice(0, Math.max(0, space)) ?? [],
    delivered: (queue, messages) => {
      const again = messages.filter(() => random() < oftenRepeated);
      if (again.length > 0) pending.set(queue, [...(pending.get(queue) ?? []), ...again]);
    },
  };
};
