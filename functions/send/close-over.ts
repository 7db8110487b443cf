import pMap from 'p-map';
import type { Delivery } from '../../domain/delivery.ts';
import { clientError } from '../../domain/errors.ts';
import { serverMessage } from '../../domain/protocol.ts';
import type { PostAllDeps } from './post-all.ts';

const expired = serverMessage(clientError('expired'));

/**
 * Ends connections whose time is over: they are told so, closed and forgotten, those that are gone already too. What can't be done
 * just now is done after the room's next cast.
 */
export const closeOver = async (deps: PostAllDeps, deliveries: readonly Delivery[]): Promise<void> => {
  const over = deliveries.flatMap((delivery) =>
    delivery.type === 'close' ? delivery.connections.map((connection) => ({ connection, room: delivery.room })) : [],
  );
  await pMap(over, (each) => closeOne(deps, each), { concurrency: deps.concurrency });
};

const closeOne = async (
  { post, close, connections, logger }: PostAllDeps,
  { connection, room }: { readonly connection: string; readonly room: string },
): Promise<void> => {
  const posted = await post(connection, expired);
  const closed = posted.outcome === 'gone' ? posted : await close(connection);
  if (closed.outcome !== 'closed' && closed.outcome !== 'gone') {
    logger.warn('could not close a connection whose time is over', { connection, room, ...closed });
    return;
  }
  try {
    await connections.forget(connection, room);
    logger.info('closed a connection whose time is over', { connection, room });
  } catch (cause) {
    logger.error('could not forget a connection whose time is over: it comes again', { connection, room, cause });
  }
};
