import type { Member } from './system.ts';

/** The part of a member that hears. */
export interface Watch extends Pick<Member, 'value' | 'received' | 'heardAt'> {
  hear(message: unknown): void;
}

/** @param valueIn the value that a message tells; undefined if it tells none */
export const createWatch = (valueIn: (message: unknown) => number | undefined): Watch => {
  let value: number | undefined;
  let unread: unknown[] = [];
  let received = 0;
  let heardAt = 0;
  return {
    hear: (message) => {
      heardAt = performance.now();
      received += 1;
      unread.push(message);
    },
    value: () => {
      if (unread.length === 0) return value;
      for (const message of unread.toReversed()) {
        const told = valueIn(message);
        if (told === undefined) continue;
        value = told;
        break;
      }
      unread = [];
      return value;
    },
    received: () => received,
    heardAt: () => heardAt,
  };
};
