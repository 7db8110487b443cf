import * as z from 'zod';
import { AwsError, type Engine } from '../aws.ts';
import type { QueueDefinition } from './definition.ts';
import { createDisorder } from './disorder.ts';
import { createStore, handlers, openPersistence, type Persistence, type QueueStore } from './fauxqs.ts';
import { receive } from './receive.ts';

export interface StandardOptions {
  /** A dead-letter queue comes before those that point to it. */
  readonly definitions: readonly QueueDefinition[];
  readonly dataDir: string | undefined;
  readonly seed: number | undefined;
}

/** The standard queues of a program. */
export interface StandardQueues {
  /** Answers a call about one of them. */
  readonly engine: Engine;
  /** Answers the calls that wait for messages, with none. */
  readonly close: () => void;
}

/** A queue is stored with what the last program said; what this one says counts. */
const settleQueue = (store: QueueStore, { name, url, arn, attributes }: QueueDefinition) => {
  const stored = store.getQueueByName(name);
  if (!stored) {
    store.createQueue(name, url, arn, attributes);
    return;
  }
  store.queues.delete(stored.url);
  stored.url = url;
  store.queues.set(url, stored);
  stored.setAttributes({ RedrivePolicy: '', ...attributes });
};

/** How fauxqs throws what SQS would answer. */
const Refusal = z.object({
  name: z.literal('SqsError'),
  code: z.string(),
  message: z.string(),
  statusCode: z.number(),
});

const translate = (error: unknown): unknown => {
  const refusal = Refusal.safeParse(error);
  if (!refusal.success) return error;
  return new AwsError(refusal.data.code, refusal.data.message, refusal.data.statusCode);
};

/** The few operations that look at a request's headers look for a region there, and find the store's. */
const request = { headers: {} };

export const createStandardQueues = ({ definitions, dataDir, seed }: StandardOptions): StandardQueues => {
  const store = createStore();
  const persistence: Persistence | undefined = dataDir === undefined ? undefined : openPersistence(dataDir, store);
  for (const definition of definitions) settleQueue(store, definition);
  const disorder = seed === undefined ? undefined : createDisorder(seed);
  let closed = false;

  /** One transaction for all that a call changes: a message on its way to the dead-letter queue is in one of the two. */
  const run: Engine = async (operation, input) => {
    const handler = handlers.get(operation);
    if (!handler) throw new AwsError('InvalidAction', `${operation} is not supported by the local SQS.`);
    try {
      let answer: object | Promise<object> = {};
      const work = () => {
        answer = handler(input, store, request);
      };
      if (persistence) persistence.transaction(work);
      else work();
      return await answer;
    } catch (error) {
      throw translate(error);
    }
  };

  return {
    engine: async (operation, input) => {
      const queue = operation === 'ReceiveMessage' ? store.getQueue(String(input.QueueUrl)) : undefined;
      if (!queue) return run(operation, input);
      return receive({ queue, input, take: (each) => run(operation, each), disorder, closed: () => closed });
    },
    close: () => {
      closed = true;
      store.shutdown();
      persistence?.close();
    },
  };
};
