import { seededChance } from '../../random.ts';
import type { Message } from './message.ts';
import type { Taking } from './queue.ts';

/**
 * What a FIFO queue may do and a local one would never, from a seed: hand out less than there is, mix groups, and lose an
 * answer on its way, so that its messages come again after their visibility timeout. Never out of order within a group.
 */
export interface FifoDisorder {
  readonly less: (taking: Taking) => Taking;
  readonly mixed: (messages: readonly Message[]) => readonly Message[];
  /** Whether the answer to a receive is lost. */
  readonly lost: (taking: Taking) => boolean;
}

/** How often, of all receives. */
const oftenLess = 1 / 8;
const oftenShared = 1 / 4;
const oftenLost = 1 / 200;
/** The longest visibility timeout, in ms, with which an answer is lost: a group that stands still for minutes shows nothing more. */
const longestLoss = 10_000;

export const createFifoDisorder = (seed: number): FifoDisorder => {
  const chance = seededChance(seed);

  return {
    less: (taking) => {
      const most = chance(oftenLess) ? Math.ceil(taking.most / 3) : taking.most;
      return { ...taking, most, ofGroup: chance(oftenShared) ? Math.ceil(most / 3) : most };
    },
    mixed: (messages) => {
      const groups = [...Map.groupBy(messages, ({ group }) => group).values()];
      const mixed: Message[] = [];
      while (groups.length > 1) {
        const [first = [], second = []] = groups;
        const next = chance(0.5) ? first : second;
        mixed.push(...next.splice(0, 1));
        if (next.length === 0) groups.splice(groups.indexOf(next), 1);
      }
      return [...mixed, ...(groups[0] ?? [])];
    },
    lost: ({ visibilityMs }) => visibilityMs <= longestLoss && chance(oftenLost),
  };
};
