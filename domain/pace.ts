import type { Event } from './event.ts';
import { unverified } from './user.ts';

/**
 * Whose actions are counted together: a verified user's, over all of its connections. A name that nobody verified counts for nothing:
 * who takes a new one for each action gets no further, and who takes somebody else's uses up none of theirs.
 */
export const senderOf = ({ by, connection }: Pick<Event, 'by' | 'connection'>): string =>
  by.startsWith(unverified) ? connection : by;
