import * as z from 'zod';
import { AwsError, type Engine, type Resource } from '../aws.ts';
import { defineQueue, type QueueDefinition } from './definition.ts';
import { createDisorder } from './disorder.ts';
import { createStore, handlers, openPersistence, type Persistence, type QueueStore } from './fauxqs.ts';
import { receive } from './receive.ts';

export interface QueuesOptions {
  /** The program's `aws:sqs/queue:Queue`s. */
  readonly queues: readonly Resource[];
  /** Keeps the messages in this folder, through a `kill -9` too. Without it they live in memory. */
  readonly dataDir?: string;
  /** Delivers out of order now and then, and rarely twice, as standard queues may. */
  readonly seed?: number;
}

/** SQS for the queues of one program. */
export interface Queues {
  readonly engine: Engine;
  /** Answers the calls that wait for messages, with none. */
  close(): Promise<void>;
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

/** The queues in the order in which they can be made: a queue cannot point to a dead-letter queue that is not there. */
const inOrder = (definitions: readonly QueueDefinition[]): QueueDefinition[] => {
  const arns = new Set(definitions.map(({ arn }) => arn));
  const targets = new Set(definitions.map(({ deadLetters }) => deadLetters));
  for (const { name, deadLetters } of definitions) {
    if (deadLetters === undefined || arns.has(deadLetters)) continue;
    throw new Error(`The queue ${name} sends its dead letters to ${deadLetters}, which is no queue of this program.`);
  }
  return definitions.toSorted((a, b) => Number(targets.has(b.arn)) - Number(targets.has(a.arn)));
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

/**
 * Runs the queues of a program.
 * @throws Error when a queue cannot be read, or its dead-letter queue is missing.
 */
export const createQueues = async ({ queues, dataDir, seed }: QueuesOptions): Promise<Queues> => {
  const definitions = inOrder(queues.map(defineQueue));
  const store = createStore();
  const persistence: Persistence | undefined = dataDir === undefined ? undefined : openPersistence(dataDir, store);
  for (const definition of definitions) settleQueue(store, definition);
  const disorder = seed === undefined ? undefined : createDisorder(seed);
  let closed = false;

  /** One transaction for all that a call changes: a message on its way to the dead-letter queue is in one of the two. */
  const run: Engine = async (operation, input) => {
    const handler = handlers.get(operation);
    if (!handler) throw new AwsError('InvalidAction', `${operation} is not supported by the local SQS.`);
    if (closed) throw new AwsError('ServiceUnavailable', 'The local SQS has been closed.', 503);
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
    close: async () => {
      closed = true;
      store.shutdown();
      persistence?.close();
    },
  };
};
