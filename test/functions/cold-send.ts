import type { SQSEvent } from 'aws-lambda';
import { counter } from '../../domain/kinds/counter.ts';
import { createRegistry } from '../../domain/registry.ts';
import { createCaster } from '../../functions/caster.ts';
import type { Posted } from '../../functions/post.ts';
import { sendHandler } from '../../functions/send/handler.ts';
import type { Asked } from '../../functions/send/recast.ts';
import { type Delivery, encode, type Message } from '../../store/deliveries.ts';
import type { Tables } from '../store/tables.ts';

export const longAgo = Date.now() - 3_600_000;

/**
 * A sender with a memory of its own. `answers`: what API Gateway makes of posts to a connection, in turn; then `sent`. `most`: how
 * many posts each batch has time for.
 */
export const coldSend = (tables: Tables, answers: Record<string, Posted[]> = {}, most = Number.POSITIVE_INFINITY) => {
  const posts: [connection: string, payload: string][] = [];
  let clock = Date.now();
  const handler = sendHandler({
    registry: createRegistry([counter]),
    post: async (connection, payload) => {
      posts.push([connection, payload]);
      return answers[connection]?.shift() ?? { outcome: 'sent' };
    },
    connections: tables.connections,
    deliveries: tables.deliveries,
    heads: tables.heads,
    log: tables.log,
    cast: createCaster(tables.connections, tables.deliveries),
    posted: new Map<string, number>(),
    asked: new Map<string, Asked>(),
    logger: { info: () => {}, error: () => {} },
    concurrency: 10,
    now: () => clock,
  });
  const send = async (...messages: readonly Message[]) => {
    const Records = messages.map((message, index) => ({ messageId: `m${index}`, body: encode(message) }));
    const end = posts.length + most;
    const context = { getRemainingTimeInMillis: () => (posts.length < end ? 30_000 : 7_000) };
    const { batchItemFailures } = await handler({ Records } as SQSEvent, context);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { send, posts, pass: (ms: number) => (clock += ms) };
};

export const state = (version: number, connections: readonly string[], more: Partial<Delivery> = {}): Delivery => ({
  room: 'counter/a',
  cast: 'state',
  version,
  groups: [{ payloads: [`v${version}`], connections }],
  ...more,
});

export const events = (version: number, connections: readonly string[], ...payloads: readonly string[]): Delivery => ({
  room: 'chat/a',
  cast: 'events',
  version,
  groups: [{ payloads, connections }],
});

/** What was queued with a delay, once it can be received. */
export const eventually = async (tables: Tables, count = 1): Promise<readonly Message[]> => {
  const messages: Message[] = [];
  const end = Date.now() + 10_000;
  while (messages.length < count && Date.now() < end) messages.push(...(await tables.queued()));
  return messages;
};
