import { randomUUID } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import { address, type Delivery, type Part } from '../../domain/delivery.ts';
import type { Closed, Posted } from '../../functions/post.ts';
import { sendHandler } from '../../functions/send/handler.ts';
import { createReceipts } from '../../store/deliveries.ts';
import type { Tables } from '../store/tables.ts';

export const longAgo = Date.now() - 3_600_000;

interface Answers {
  /** What API Gateway makes of posts to a connection, in turn; then `sent`. */
  readonly posts?: Readonly<Record<string, Posted[]>>;
  /** What it makes of closing one; then `closed`. */
  readonly closes?: Readonly<Record<string, Closed[]>>;
}

/** A sender with a memory of its own, whose clock goes on by itself when it waits. `most`: how many posts a batch has time for. */
export const coldSend = (tables: Tables, { posts: answers = {}, closes = {} }: Answers = {}, most = Infinity) => {
  const posts: [connection: string, text: string][] = [];
  const closed: string[] = [];
  const told: [connection: string, code: string][] = [];
  const measured: [metric: string, value: number][] = [];
  let clock = Date.now();
  const handler = sendHandler({
    post: async (connection, text) => {
      posts.push([connection, text]);
      return answers[connection]?.shift() ?? { outcome: 'sent' };
    },
    close: async (connection) => {
      closed.push(connection);
      return closes[connection]?.shift() ?? { outcome: 'closed' };
    },
    tell: async (connection, { code }) => void told.push([connection, code]),
    connections: tables.connections,
    receipts: createReceipts(tables.sqs, tables.urls),
    measures: { add: (metric, value) => measured.push([metric, value]), publish: () => {} },
    rests: new Map<string, Delivery>(),
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    concurrency: 10,
    now: () => clock,
    pause: async (ms) => {
      clock += ms;
    },
  });
  /** Hands over messages that were received. Returns the ids of those that have to come again. */
  const receive = async (...messages: readonly { id: string; body: string; group?: string; handle?: string }[]) => {
    const Records = messages.map(({ id, body, group = 'counter/a#0', handle = '' }) => ({
      messageId: id,
      body,
      receiptHandle: handle,
      attributes: { MessageGroupId: group },
    }));
    const end = posts.length + most;
    const context = { getRemainingTimeInMillis: () => (posts.length < end ? 30_000 : 7_000) };
    const { batchItemFailures } = await handler({ Records } as unknown as SQSEvent, context);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  const send = (...deliveries: readonly Delivery[]) =>
    receive(...deliveries.map((delivery) => ({ id: randomUUID(), body: JSON.stringify(delivery) })));
  const postsTo = (connection: string) => posts.filter(([to]) => to === connection).map(([, text]) => text);
  return { send, receive, posts, postsTo, closed, told, measured };
};

const toAll = (connections: readonly string[], part: Part) =>
  address(new Map(connections.map((connection) => [connection, part])));

/** A state `v1`, `v2`, … for some connections. */
export const state = (version: number, ...connections: readonly string[]): Delivery => ({
  type: 'state',
  room: 'counter/a',
  ...toAll(connections, { texts: [`v${version}`], state: 1 }),
});

/** Plain texts for some connections. */
export const texts = (connections: readonly string[], ...own: readonly string[]): Delivery => ({
  type: 'state',
  room: 'counter/a',
  ...toAll(connections, { texts: own }),
});
