import type { Logger } from '@aws-lambda-powertools/logger';
import { clientError } from '../../domain/errors.ts';
import type { Connections } from '../../store/connections.ts';
import type { Post } from '../post.ts';
import type { Parcel } from './plan.ts';

export interface DeliverDeps {
  readonly post: Post;
  readonly connections: Pick<Connections, 'get' | 'forget'>;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What became of a connection's parcels. */
export interface Delivered {
  readonly posts: number;
  /** What it is still to be posted, in order. */
  readonly left: readonly Parcel[];
  /** Set when that is left because the time was over, and not because the connection could not be posted to. */
  readonly late?: true;
}

/**
 * A connection can't be posted to before its `$connect` has returned, and answers 410 until then: API Gateway waits 29
 * seconds for a route. A 410 from one that is younger does not mean that it is gone.
 */
const settlingTime = 30_000;

/** Posts one connection its parcels, in order, until the time is `over`. */
export const deliver = async (
  deps: DeliverDeps,
  connection: string,
  parcels: readonly Parcel[],
  over: () => boolean,
): Promise<Delivered> => {
  let posts = 0;
  for (const [index, parcel] of parcels.entries()) {
    const { delivery, payloads } = parcel;
    for (const [number, payload] of payloads.entries()) {
      const rest = () => [{ delivery, payloads: payloads.slice(number) }, ...parcels.slice(index + 1)];
      if (over()) return { posts, left: rest(), late: true };
      const posted = await deps.post(connection, payload);
      posts += 1;
      if (posted.outcome === 'busy') return { posts, left: rest() };
      if (posted.outcome === 'gone') {
        if (await isOpening(deps, connection)) return { posts, left: rest() };
        await bury(deps, connection, parcels.slice(index));
        return { posts, left: [] };
      }
      if (posted.outcome === 'rejected') {
        await tellSender(deps, parcel);
        deps.logger.error('a message can never be posted and was left out', {
          connection,
          room: delivery.room,
          ...posted,
        });
      }
    }
  }
  return { posts, left: [] };
};

const isOpening = async ({ connections, now }: DeliverDeps, connection: string): Promise<boolean> => {
  const known = await connections.get(connection);
  return known !== undefined && now() - known.at < settlingTime;
};

/** Forgets a connection that is gone, in the rooms of the parcels too should its record be gone already. */
const bury = async (deps: DeliverDeps, connection: string, parcels: readonly Parcel[]): Promise<void> => {
  for (const room of new Set(parcels.map(({ delivery }) => delivery.room || undefined)))
    await deps.connections.forget(connection, room);
  for (const parcel of parcels) await tellSender(deps, parcel);
  deps.logger.info('forgot a connection that is gone', { connection });
};

/** Who sent a message to a connection that is not there is told so. */
const tellSender = async ({ post }: DeliverDeps, { delivery: { sender } }: Parcel): Promise<void> => {
  if (sender) await post(sender.connection, JSON.stringify(clientError('no-such-connection', undefined, sender.id)));
};
