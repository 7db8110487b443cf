import type { Pace } from '../../domain/kind.ts';
import type { JoinRequest, LeaveRequest } from '../../domain/protocol.ts';
import { createBuckets } from '../buckets.ts';

/** Who asks, what, and of which room. */
export interface Asking {
  readonly connection: string;
  /** Whose bytes are counted together: see `senderOf`. */
  readonly sender: string;
  readonly action: (JoinRequest | LeaveRequest)['action'];
  readonly room: string;
}

/** What clients may ask of the log and the table of connections. */
export interface Allowance {
  /** Whether it may be asked now. */
  take(asking: Asking): boolean;
  /** For a sender so many bytes were read, or sent. */
  spend(sender: string, bytes: number): void;
}

/** Bytes at once, and a second. One answer may have more, up to 4 MB: whoever was sent that waits until it has paid for it. */
const bytes: Pace = { burst: 2 * 1024 * 1024, perSecond: 256 * 1024 };

/** What each request takes of them, however short its answer: a hundred rooms can be joined at once, and 16 requests a second made. */
const perRequest = 16 * 1024;

/** The same request for one room. A client that finds a gap asks once in two seconds; one that left may come back at once. */
const sameRoom: Pace = { burst: 4, perSecond: 1 };

/** `now`: milliseconds since 1970. */
export const createAllowance = (now: () => number): Allowance => {
  const inBytes = createBuckets(bytes, now);
  const ofRoom = createBuckets(sameRoom, now);
  return {
    take: ({ connection, sender, action, room }) =>
      (action === 'leave' || ofRoom.take(`${connection} ${action} ${room}`)) && inBytes.take(sender, perRequest),
    spend: (sender, cost) => inBytes.spend(sender, cost),
  };
};
