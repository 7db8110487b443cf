import { AwsError } from '../../aws.ts';
import { eachEntry, entriesOf } from '../batch.ts';
import type { QueueDefinition } from '../definition.ts';
import type { Input } from '../input.ts';
import { attributesOf } from './attributes.ts';
import { noDisk, openDisk } from './disk.ts';
import { createFifoDisorder } from './disorder.ts';
import type { Message } from './message.ts';
import { createFifoQueue, type FifoQueue, type Taking } from './queue.ts';
import { changeVisibility, remove } from './receipt.ts';
import { answerOf, requestOf } from './receive.ts';
import { send, sendBatch } from './send.ts';
import { createWaiting, type Waiting } from './waiting.ts';

export interface FifoOptions {
  readonly definitions: readonly QueueDefinition[];
  readonly dataDir: string | undefined;
  readonly seed: number | undefined;
  /** Ms since 1970. */
  readonly now: () => number;
}

/** The FIFO queues of a program. */
export interface FifoQueues {
  /** Answers a call about the queue of that name. Rejects with an AwsError. */
  readonly answer: (name: string, operation: string, input: Input) => Promise<object>;
  /** Answers the calls that wait for messages, with none. */
  readonly close: () => void;
}

type Operation = (queue: FifoQueue, input: Input, now: number) => object;

/** All but ReceiveMessage, which may have to wait. */
const operations: Readonly<Record<string, Operation>> = {
  SendMessage: send,
  SendMessageBatch: sendBatch,
  DeleteMessage: remove,
  DeleteMessageBatch: (queue, input, now) => eachEntry(entriesOf(input), (entry) => remove(queue, entry, now)),
  ChangeMessageVisibility: changeVisibility,
  ChangeMessageVisibilityBatch: (queue, input, now) =>
    eachEntry(entriesOf(input), (entry) => changeVisibility(queue, entry, now)),
  GetQueueAttributes: attributesOf,
  ListQueueTags: () => ({}),
  PurgeQueue: (queue) => {
    queue.purge();
    return {};
  },
};

interface Open {
  readonly queue: FifoQueue;
  readonly waiting: Waiting;
}

export const createFifoQueues = ({ definitions, dataDir, seed, now }: FifoOptions): FifoQueues => {
  const disk = dataDir === undefined || definitions.length === 0 ? noDisk : openDisk(dataDir);
  const disorder = seed === undefined ? undefined : createFifoDisorder(seed);
  const byName = new Map<string, Open>();
  const arns = new Map(definitions.map(({ arn, name }) => [arn, name]));

  const deadLettersOf = ({ definition: { deadLetters } }: FifoQueue): Open | undefined =>
    deadLetters === undefined ? undefined : byName.get(arns.get(deadLetters) ?? '');

  /** To who waits for them: what came, and what was given up on the way. */
  const serve = ({ queue, waiting }: Open) => {
    waiting.serve();
    deadLettersOf(queue)?.waiting.serve();
  };

  const open = (definition: QueueDefinition): Open => {
    const queue: FifoQueue = createFifoQueue({
      definition,
      disk,
      now: now(),
      giveUp: (message, at) => deadLettersOf(queue)?.queue.bury(message, definition.arn, at),
    });
    const due = () => disk.together(() => serve(opened));
    const opened: Open = { queue, waiting: createWaiting({ now, nextChange: queue.nextChange, due }) };
    return opened;
  };
  for (const definition of definitions) byName.set(definition.name, open(definition));

  const take = (queue: FifoQueue, wanted: Taking): readonly Message[] => {
    const taking = disorder?.less(wanted) ?? wanted;
    const taken = queue.take(taking, now());
    if (taken.length > 0 && disorder?.lost(taking)) return [];
    return disorder?.mixed(taken) ?? taken;
  };

  const receive = async (open: Open, input: Input): Promise<object> => {
    const { taking, waitMs } = requestOf(open.queue, input);
    const messages = disk.together(() => {
      const taken = take(open.queue, taking);
      serve(open);
      return taken;
    });
    if (messages.length > 0 || waitMs === 0) return answerOf(messages, input);
    return answerOf(await open.waiting.wait(() => take(open.queue, taking), waitMs), input);
  };

  return {
    answer: async (name, operation, input) => {
      const open = byName.get(name);
      if (!open) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
      if (operation === 'ReceiveMessage') return receive(open, input);
      const work = operations[operation];
      if (!work) throw new AwsError('InvalidAction', `${operation} is not supported by the local SQS.`);
      return disk.together(() => {
        const answer = work(open.queue, input, now());
        serve(open);
        return answer;
      });
    },
    close: () => {
      for (const { waiting } of byName.values()) waiting.close();
      disk.close();
    },
  };
};
