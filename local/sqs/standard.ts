import * as z from 'zod';
import { AwsError } from '../aws.ts';
import type { QueueDefinition } from './definition.ts';
import { createDisorder } from './disorder.ts';
import { createStore, handlers, openPersistence, type Persistence, type QueueStore } from './fauxqs.ts';
import type { Input } from './input.ts';
import { chosenAttributes } from './messageAttributes.ts';
import { type Received, receive } from './receive.ts';
import { standardCalls } from './standard-calls.ts';

export interface StandardOptions {
  /** A dead-letter queue comes before those that point to it. */
  readonly definitions: readonly QueueDefinition[];
  readonly dataDir: string | undefined;
  readonly seed: number | undefined;
}

/** The standard queues of a program. */
export interface StandardQueues {
  /** Answers a call about the queue of that name. Rejects with an AwsError. */
  readonly answer: (name: string, operation: string, input: Input) => Promise<object>;
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

  const ask = (operation: string, input: Input): object => {
    const handler = handlers.get(operation);
    if (!handler) throw new AwsError('InvalidAction', `${operation} is not supported by the local SQS.`);
    try {
      return handler(input, store, request);
    } catch (error) {
      throw translate(error);
    }
  };

  /** One transaction for all that a call changes: a message on its way to the dead-letter queue is in one of the two. */
  const run = (work: () => object): object => {
    let answer: object = {};
    const note = () => {
      answer = work();
    };
    if (persistence) persistence.transaction(note);
    else note();
    return answer;
  };

  const take = async (input: Input): Promise<readonly Received[]> => {
    const { Messages = [] } = (await run(() =>
      ask('ReceiveMessage', { ...input, MessageAttributeNames: ['All'] }),
    )) as {
      Messages?: readonly Received[];
    };
    return Messages.map(({ MessageAttributes = {}, MD5OfMessageAttributes: _, ...message }) => ({
      ...message,
      ...chosenAttributes(MessageAttributes, input),
    }));
  };

  return {
    answer: async (name, operation, input) => {
      const call = Object.hasOwn(standardCalls, operation) ? standardCalls[operation] : undefined;
      if (!call && operation !== 'ReceiveMessage')
        throw new AwsError(
          'InvalidAction',
          `${operation} is not supported by the local SQS: queues are what the program says.`,
        );
      const queue = store.getQueueByName(name);
      if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
      if (!call) return receive({ queue, input, take, disorder, closed: () => closed });
      return run(() => call(queue, input, ask));
    },
    close: () => {
      closed = true;
      store.shutdown();
      persistence?.close();
    },
  };
};
