import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Delivery, merge, parseDelivery, rest } from '../../domain/delivery.ts';
import { clientError } from '../../domain/errors.ts';
import type { Receipts } from '../../store/deliveries.ts';
import type { Measures } from '../metrics.ts';
import { patience } from '../patience.ts';
import type { Tell } from '../tell.ts';
import { closeOver } from './close-over.ts';
import { type PostAllDeps, type Posting, postAll } from './post-all.ts';

export interface SendDeps extends PostAllDeps {
  readonly tell: Tell;
  readonly receipts: Receipts;
  readonly measures: Measures;
  /** What is left of deliveries that were posted from here, by the id of their message. */
  readonly rests: { get(id: string): Delivery | undefined; set(id: string, rest: Delivery): unknown };
}

/** The messages of one group, in order, and what of each is still to be posted. */
interface Group {
  readonly records: SQSRecord[];
  readonly deliveries: Delivery[];
  postings: readonly Posting[];
}

/** Milliseconds before the end of its time in which it posts nothing more: a batch that is cut off would be posted twice. */
const reserve = patience + 5000;

/** Seconds until what could not be posted comes again. */
const comeBackAfter = 2;

/** The deliveries of a batch by group. One that can't be read is parked: its group would wait for it for ever. */
const groupsOf = async ({ rests, receipts, logger }: SendDeps, { Records }: SQSEvent): Promise<readonly Group[]> => {
  const groups = new Map<string, Group>();
  for (const record of Records) {
    const { messageId, body, attributes } = record;
    const group = groups.get(attributes.MessageGroupId ?? '') ?? { records: [], deliveries: [], postings: [] };
    groups.set(attributes.MessageGroupId ?? '', group);
    try {
      const delivery = rests.get(messageId) ?? parseDelivery(body);
      group.postings = postingsOf([...group.deliveries, delivery]);
      group.deliveries.push(delivery);
      group.records.push(record);
    } catch (cause) {
      logger.error('parked a message that is no delivery', { message: messageId, cause });
      await receipts.park(messageId, body);
    }
  }
  return [...groups.values()];
};

const postingsOf = (deliveries: readonly Delivery[]): readonly Posting[] => {
  const [room] = deliveries.flatMap((delivery) => (delivery.type === 'direct' ? [] : [delivery.room]));
  const unposted = { room, posted: 0, outcome: 'waiting' } as const;
  return Array.from(merge(deliveries), ([connection, outbox]) => ({ connection, outbox, ...unposted }));
};

/** Who sent a message to a connection that is not there is told so. */
const tellSenders = async ({ tell }: SendDeps, { deliveries, postings }: Group): Promise<void> => {
  const lost = postings.filter(({ outcome, isRejected }) => outcome === 'gone' || isRejected);
  for (const delivery of deliveries) {
    if (delivery.type !== 'direct' || !delivery.sender) continue;
    const targets = delivery.to.flatMap(({ connections }) => connections);
    if (lost.some(({ connection }) => targets.includes(connection)))
      await tell(delivery.sender.connection, clientError('no-such-connection', undefined, delivery.sender.id));
  }
};

/** The messages of a group that have to come again: from the first on that is not posted whole. */
const unfinished = ({ rests }: SendDeps, { records, deliveries, postings }: Group): readonly SQSRecord[] => {
  const posted = postings.map(({ connection, outcome, posted, outbox }): [string, number] => [
    connection,
    outcome === 'done' || outcome === 'gone' ? Number.POSITIVE_INFINITY : Math.min(posted, outbox.certain),
  ]);
  const left = rest(deliveries, new Map(posted));
  // Of what is done as well: SQS may hand over once more what it was told to delete.
  for (const [place, delivery] of left.entries()) rests.set(records[place]?.messageId ?? '', delivery);
  const first = left.findIndex(({ to }) => to.length > 0);
  return first < 0 ? [] : records.slice(first);
};

/** What was posted, what need not be, who is gone, and how long the last post of a cast came after the append. */
const measure = ({ measures, now }: SendDeps, groups: readonly Group[], failed: readonly SQSRecord[]): void => {
  const postings = groups.flatMap((group) => group.postings);
  const sum = (count: (posting: Posting) => number) => postings.reduce((all, posting) => all + count(posting), 0);
  measures.add(
    'Posts',
    sum(({ posted }) => posted),
  );
  const queued = groups
    .flatMap(({ deliveries }) => deliveries.flatMap(({ to }) => to))
    .reduce(
      (all, { connections, texts, envelope }) => all + connections.length * (texts.length + (envelope ? 1 : 0)),
      0,
    );
  measures.add('Merged', Math.max(0, queued - sum(({ outbox }) => outbox.texts.length)));
  const closed = sum(({ isClosed }) => (isClosed ? 1 : 0));
  const gone = sum(({ outcome }) => (outcome === 'gone' ? 1 : 0)) - closed;
  if (closed > 0) measures.add('ClosedSlow', closed);
  if (gone > 0) measures.add('Gone', gone);
  for (const { records, deliveries } of groups)
    for (const [place, delivery] of deliveries.entries()) {
      const record = records[place];
      if (!('appended' in delivery) || delivery.appended === undefined || !record || failed.includes(record)) continue;
      measures.add('DeliveredMs', Math.max(0, now() - delivery.appended));
    }
  measures.publish();
};

/** The consumer of the deliveries: posts to connections, many at a time. */
export const sendHandler =
  (deps: SendDeps) =>
  async (batch: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SQSBatchResponse> => {
    const { logger, receipts, now } = deps;
    const began = now();
    const groups = await groupsOf(deps, batch);
    const postings = groups.flatMap((group) => group.postings);
    await postAll(deps, postings, () => context.getRemainingTimeInMillis() < reserve);
    for (const group of groups) await tellSenders(deps, group);
    await closeOver(
      deps,
      groups.flatMap(({ deliveries }) => deliveries),
    );
    const failed = groups.flatMap((group) => unfinished(deps, group));
    if (failed.length > 0) {
      logger.warn('could not post everything: the rest comes again', { messages: failed.length });
      const handles = failed.map(({ receiptHandle }) => receiptHandle);
      await receipts.comeBack(handles, comeBackAfter).catch((cause: unknown) => {
        logger.warn('it comes again when its visibility timeout is over', { cause });
      });
    }
    measure(deps, groups, failed);
    const rooms = [...new Set(postings.map(({ room }) => room))];
    const posts = postings.reduce((sum, { posted }) => sum + posted, 0);
    logger.info('sent', { rooms, deliveries: batch.Records.length, posts, ms: now() - began });
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
