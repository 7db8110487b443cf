import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import pMap from 'p-map';
import { type Delivery, decode } from '../../store/deliveries.ts';
import { patience } from '../patience.ts';
import { type DeliverDeps, type Delivered, deliver } from './deliver.ts';
import { gatherLeftovers, type Leftovers, leftDeliveries } from './leftovers.ts';
import { type Posted, planParcels, postedKey } from './plan.ts';
import { checkOvertaken, type RecastDeps, recast } from './recast.ts';

export interface SendDeps extends DeliverDeps, RecastDeps {
  readonly posted: Posted;
  /** How many connections are posted to at once. */
  readonly concurrency: number;
}

/** After so many attempts a delivery stays with SQS, which tries it a few times more and then puts it on the dead-letter queue. */
const maxAttempts = 6;

/** Seconds until the next attempt: 1, 2, 4, … */
const backoff = (attempt: number): number => 2 ** (attempt - 1);

/**
 * Milliseconds before the end of the function's time in which nothing more is posted: posts in flight come to an end, and what is
 * left is queued again. A batch that is cut off would begin anew, minutes later, and not get any further then.
 */
const reserve = patience + 5000;

/** The consumer of the deliveries: posts to connections, many at a time. */
export const sendHandler =
  (deps: SendDeps) =>
  async (batch: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SQSBatchResponse> => {
    const { logger, posted, concurrency, now } = deps;
    const began = now();
    const over = () => context.getRemainingTimeInMillis() < reserve;
    const failed = new Set<string>();
    const recordOf = new Map<Delivery, string>();
    const recasts = new Map<string, string>();
    for (const { body, messageId } of batch.Records) {
      const message = decode(body);
      if ('recast' in message) recasts.set(message.recast, messageId);
      else recordOf.set(message, messageId);
    }
    /** A record whose work could not be done comes again, alone. */
    const attempt = (messageIds: Iterable<string>, work: Promise<unknown>) =>
      work.catch((cause) => {
        for (const messageId of messageIds) failed.add(messageId);
        logger.error('could not deliver: it comes again', { cause });
      });

    let posts = 0;
    const delivered = new Map<string, Delivered>();
    const reached = new Map<string, { key: string; version: number }[]>();
    await pMap(
      planParcels([...recordOf.keys()], posted),
      async ([connection, parcels]) => {
        const records = parcels.flatMap(({ delivery }) => recordOf.get(delivery) ?? []);
        await attempt(
          records,
          deliver(deps, connection, parcels, over).then((result) => {
            posts += result.posts;
            delivered.set(connection, result);
            const undone = new Set(result.left.map(({ delivery }) => delivery));
            for (const { delivery } of parcels)
              if (delivery.cast === 'state' && !undone.has(delivery)) {
                const key = postedKey(delivery.room, connection);
                const { room, version } = delivery;
                reached.set(room, [...(reached.get(room) ?? []), { key, version }]);
              }
          }),
        );
      },
      { concurrency },
    );

    /** Busy connections are given time, up to a number of attempts; those that had no turn go on at once. */
    const requeue = async (delivery: Delivery, { busy, late }: Leftovers) => {
      const attempts = (delivery.attempt ?? 0) + 1;
      if (busy.size > 0 && attempts > maxAttempts) throw new Error('Connections could not be posted to, many times.');
      await deps.deliveries.queue(leftDeliveries({ ...delivery, attempt: attempts }, busy), backoff(attempts));
      await deps.deliveries.queue(leftDeliveries(delivery, late));
    };
    await Promise.all(
      Array.from(gatherLeftovers(delivered), ([delivery, leftovers]) =>
        attempt([recordOf.get(delivery) ?? ''], requeue(delivery, leftovers)),
      ),
    );
    for (const [room, states] of reached) {
      const ofRoom = [...recordOf].filter(([delivery]) => delivery.room === room && delivery.cast === 'state');
      const lowest = Math.min(...states.map(({ version }) => version));
      // Remembered after the look alone: a record that comes again because that failed has to be posted and looked at again.
      const looked = checkOvertaken(deps, room, lowest).then(() => {
        for (const { key, version } of states) posted.set(key, version);
      });
      await attempt(
        ofRoom.map(([, messageId]) => messageId),
        looked,
      );
    }
    for (const [room, messageId] of recasts)
      await attempt([messageId], over() ? deps.deliveries.queue([{ recast: room }]) : recast(deps, room));

    const rooms = [...new Set([...recordOf.keys()].map(({ room }) => room))];
    logger.info('sent', { rooms, deliveries: recordOf.size, recasts: recasts.size, posts, ms: now() - began });
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };
