import { AwsError, type Engine, type Resource } from '../aws.ts';
import { defineQueue, type QueueDefinition } from './definition.ts';
import { createFifoQueues } from './fifo/index.ts';
import { createStandardQueues } from './standard.ts';

export interface QueuesOptions {
  /** The program's `aws:sqs/queue:Queue`s. */
  readonly queues: readonly Resource[];
  /** Keeps the messages in this folder, through a `kill -9` too. Without it they live in memory. */
  readonly dataDir?: string;
  /** Now and then does what SQS may do and a machine alone would not: see `disorder.ts` here and in `fifo/`. */
  readonly seed?: number;
  /** The clock of the FIFO queues, in ms since 1970; by default the machine's. */
  readonly now?: () => number;
}

/** SQS for the queues of one program. */
export interface Queues {
  readonly engine: Engine;
  /** Answers the calls that wait for messages, with none. */
  close(): Promise<void>;
}

const checkDeadLetters = (definitions: readonly QueueDefinition[]) => {
  const byArn = new Map(definitions.map((definition) => [definition.arn, definition]));
  for (const { name, fifo, deadLetters } of definitions) {
    if (deadLetters === undefined) continue;
    const target = byArn.get(deadLetters);
    if (!target) {
      throw new Error(`The queue ${name} sends its dead letters to ${deadLetters}, which is no queue of this program.`);
    }
    if ((fifo === undefined) === (target.fifo === undefined)) continue;
    const kinds = fifo ? 'is a FIFO queue, and its dead-letter queue' : 'is no FIFO queue, but its dead-letter queue';
    throw new Error(
      `The queue ${name} ${kinds} ${target.name} ${fifo ? 'is not' : 'is one'}: SQS wants two of a kind.`,
    );
  }
};

/** The queues in the order in which they can be made: a queue cannot point to a dead-letter queue that is not there. */
const inOrder = (definitions: readonly QueueDefinition[]): QueueDefinition[] => {
  const targets = new Set(definitions.map(({ deadLetters }) => deadLetters));
  return definitions.toSorted((a, b) => Number(targets.has(b.arn)) - Number(targets.has(a.arn)));
};

/** The last part of a URL, whatever its host: a program knows its queues by the port that it was started with. */
const nameIn = (url: unknown): string => String(url ?? '').replace(/^.*\//, '');

/** At most 1,000 at a time, where the rest starts with the token. Source: SQS API reference, ListQueues. */
const listQueues = (definitions: readonly QueueDefinition[], input: Readonly<Record<string, unknown>>): object => {
  const { QueueNamePrefix: prefix = '', NextToken: from = '', MaxResults: most = 1000 } = input;
  const fitting = definitions
    .filter(({ name }) => name.startsWith(String(prefix)) && name >= String(from))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const next = fitting[Number(most)];
  return {
    QueueUrls: fitting.slice(0, Number(most)).map(({ url }) => url),
    ...(next && input.MaxResults != null && { NextToken: next.name }),
  };
};

/**
 * Runs the queues of a program.
 * @throws Error when a queue cannot be read, would be refused by SQS, or its dead-letter queue is missing.
 */
export const createQueues = async ({ queues, dataDir, seed, now = Date.now }: QueuesOptions): Promise<Queues> => {
  const definitions = inOrder(queues.map(defineQueue));
  checkDeadLetters(definitions);
  const fifoNames = new Set(definitions.filter(({ fifo }) => fifo).map(({ name }) => name));
  const isFifo = ({ name }: QueueDefinition) => fifoNames.has(name);
  const fifo = createFifoQueues({ definitions: definitions.filter(isFifo), dataDir, seed, now });
  const standard = createStandardQueues({ definitions: definitions.filter((each) => !isFifo(each)), dataDir, seed });
  let closed = false;

  return {
    engine: async (operation, input) => {
      if (closed) throw new AwsError('ServiceUnavailable', 'The local SQS has been closed.', 503);
      if (operation === 'ListQueues') return listQueues(definitions, input);
      if (operation === 'GetQueueUrl') {
        const queue = definitions.find(({ name }) => name === input.QueueName);
        if (queue) return { QueueUrl: queue.url };
        throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
      }
      const name = nameIn(input.QueueUrl);
      return (fifoNames.has(name) ? fifo : standard).answer(name, operation, input);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      fifo.close();
      standard.close();
    },
  };
};
