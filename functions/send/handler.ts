import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import pMap from 'p-map';
import type { Payloads } from '../../domain/cast.ts';
import { type Delivery, decode } from '../../store/deliveries.ts';
import { type DeliverDeps, deliver } from './deliver.ts';
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

/** The consumer of the deliveries: posts to connections, many at a time. */
export const sendHandler =
  (deps: SendDeps) =>
  async (batch: SQSEvent): Promise<SQSBatchResponse> => {
    const { logger, posted, concurrency, now } = deps;
    const began = now();
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
    const left = new Map<Delivery, Payloads[]>();
    const reached = new Map<string, { key: string; version: number }[]>();
    await pMap(
      planParcels([...recordOf.keys()], posted),
      async ([connection, parcels]) => {
        const records = parcels.flatMap(({ delivery }) => recordOf.get(delivery) ?? []);
        await attempt(
          records,
          deliver(deps, connection, parcels).then((result) => {
            posts += result.posts;
            const undone = new Set(result.left.map(({ delivery }) => delivery));
            for (const { delivery, payloads } of result.left)
              left.set(delivery, [...(left.get(delivery) ?? []), { payloads, connections: [connection] }]);
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

    for (const [delivery, groups] of left) {
      const messageId = recordOf.get(delivery) ?? '';
      const attempts = (delivery.attempt ?? 0) + 1;
      if (attempts > maxAttempts) failed.add(messageId);
      else
        await attempt(
          [messageId],
          deps.deliveries.queue([{ ...delivery, groups, attempt: attempts }], backoff(attempts)),
        );
    }
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
    for (const [room, messageId] of recasts) await attempt([messageId], recast(deps, room));

    const rooms = [...new Set([...recordOf.keys()].map(({ room }) => room))];
    logger.info('sent', { rooms, deliveries: recordOf.size, recasts: recasts.size, posts, ms: now() - began });
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };
