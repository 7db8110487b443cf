import type { Logger } from '@aws-lambda-powertools/logger';
import pMap from 'p-map';
import type { Outbox } from '../../domain/delivery.ts';
import type { Connections } from '../../store/connections.ts';
import type { Sockets } from '../post.ts';

/** One connection's outbox of one lane, and how far it has come. */
export interface Posting {
  readonly connection: string;
  /** The room of the lane; none of a direct message. */
  readonly room: string | undefined;
  readonly outbox: Outbox;
  posted: number;
  /** `stuck`: it takes nothing just now. `gone`: there is no such connection, or it was closed for being too slow. */
  outcome: 'waiting' | 'stuck' | 'done' | 'gone';
  /** When it first took nothing, in milliseconds since 1970. */
  stuckSince?: number;
  /** Set when it was closed for taking nothing. */
  isClosed?: true;
  /** Set when something of it can never be posted. */
  isRejected?: true;
}

export interface PostAllDeps extends Sockets {
  readonly connections: Pick<Connections, 'get' | 'forget'>;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** How many connections are posted to at once. */
  readonly concurrency: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits so many milliseconds. */
  readonly pause: (ms: number) => Promise<unknown>;
}

/** How long a connection that takes nothing is tried, in milliseconds; longer where most do: the account is throttled, most likely. */
const patience = { few: 2000, most: 10_000 };

/** A connection answers 410 until its `$connect` has returned, for which API Gateway waits 29 seconds: younger ones may be opening. */
const settlingTime = 30_000;

/**
 * Posts each connection its texts, in order, many connections at a time. Who takes nothing is tried again after all others had
 * their turn, for about two seconds, then closed and forgotten: it connects again and is brought up to date. Where the account
 * is throttled nobody is closed. Returns when all is done, or the time is `over`.
 */
export const postAll = async (deps: PostAllDeps, postings: readonly Posting[], over: () => boolean): Promise<void> => {
  const { now, concurrency } = deps;
  let left = postings;
  const isLeft = ({ outcome }: Posting) => outcome === 'waiting' || outcome === 'stuck';
  for (let round = 0; left.length > 0 && !over(); round += 1) {
    await pMap(left, (posting) => advance(deps, posting, over), { concurrency });
    left = left.filter(isLeft);
    const wait = left.length <= Math.max(1, postings.length / 2) ? patience.few : patience.most;
    const isTooSlow = ({ stuckSince = now() }: Posting) => now() - stuckSince >= wait;
    await pMap(left.filter(isTooSlow), (posting) => giveUp(deps, posting), { concurrency });
    left = left.filter(isLeft);
    if (left.length > 0) await deps.pause(Math.min(50 * 2 ** round, 400));
  }
};

/** Posts a connection's texts until it takes no more. */
const advance = async (deps: PostAllDeps, posting: Posting, over: () => boolean): Promise<void> => {
  const { connection, room, outbox } = posting;
  while (posting.posted < outbox.texts.length) {
    if (over()) return;
    const posted = await deps.post(connection, outbox.texts[posting.posted] ?? '');
    if (posted.outcome === 'gone' && !(await isOpening(deps, connection))) return bury(deps, posting);
    if (posted.outcome === 'busy' || posted.outcome === 'gone') {
      posting.outcome = 'stuck';
      posting.stuckSince ??= deps.now();
      return;
    }
    if (posted.outcome === 'rejected') {
      posting.isRejected = true;
      deps.logger.error('a message can never be posted and was left out', { connection, room, ...posted });
    }
    posting.posted += 1;
  }
  posting.outcome = 'done';
};

/** Whether a connection may be one whose `$connect` has not returned yet. Where nobody can say, it is tried again. */
const isOpening = async ({ connections, now }: PostAllDeps, connection: string): Promise<boolean> => {
  const known = await connections.get(connection).catch(() => ({ at: now() }));
  return known !== undefined && now() - known.at < settlingTime;
};

/** Forgets a connection that is gone, in the room of its lane too should its record be gone already. */
const bury = async ({ connections, logger }: PostAllDeps, posting: Posting): Promise<void> => {
  const { connection, room } = posting;
  posting.outcome = 'gone';
  try {
    await connections.forget(connection, room);
    logger.info('forgot a connection that is gone', { connection });
  } catch (cause) {
    logger.error('could not forget a connection that is gone: the next post to it will', { connection, cause });
  }
};

/** Ends a connection that took nothing for too long. */
const giveUp = async (deps: PostAllDeps, posting: Posting): Promise<void> => {
  const { connection, room } = posting;
  const closed = await deps.close(connection);
  // A client that does not read has no part in closing it: where that is throttled, the account is.
  if (closed.outcome === 'busy') return;
  if (closed.outcome === 'gone' && (await isOpening(deps, connection))) {
    // It hears what comes next, or is found to be gone then.
    posting.outcome = 'done';
    return;
  }
  posting.isClosed = true;
  deps.logger.warn('closed a connection that took nothing', { connection, room });
  await bury(deps, posting);
};
