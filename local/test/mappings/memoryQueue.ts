import { createHash, randomUUID } from 'node:crypto';
import { AwsError, type Engine } from '../../aws.ts';

interface Stored {
  readonly MessageId: string;
  readonly Body: string;
  readonly MessageAttributes: object;
  received: number;
  /** Set while it is in flight. */
  handle: string | undefined;
}

/** A queue whose visibility timeout ends when a test says so. */
export const createMemoryQueue = () => {
  let messages: Stored[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const each of waiting) each();
  };

  const receive = async (most: number, seconds: number): Promise<object> => {
    const visible = messages.filter((message) => message.handle === undefined).slice(0, most);
    if (visible.length === 0 && seconds > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, seconds * 1000);
      timer.unref();
      waiting.add(resolve);
      await promise;
      clearTimeout(timer);
      waiting.delete(resolve);
      return receive(most, 0);
    }
    for (const message of visible) {
      message.handle = randomUUID();
      message.received++;
    }
    return { Messages: visible.map(shown) };
  };

  const engine: Engine = async (operation, input) => {
    if (operation === 'ReceiveMessage')
      return receive(Number(input.MaxNumberOfMessages), Number(input.WaitTimeSeconds));
    if (operation !== 'DeleteMessageBatch') throw new AwsError('InvalidAction', operation);
    const handles = (input.Entries as { ReceiptHandle: string }[]).map((entry) => entry.ReceiptHandle);
    if (handles.length > 10) throw new AwsError('TooManyEntriesInBatchRequest', String(handles.length));
    messages = messages.filter((message) => message.handle === undefined || !handles.includes(message.handle));
    return { Successful: [], Failed: [] };
  };

  return {
    engine,
    send: (Body: string, MessageAttributes: object = {}) => {
      messages.push({ MessageId: randomUUID(), Body, MessageAttributes, received: 0, handle: undefined });
      wake();
    },
    /** Messages in flight can be received again. */
    expireVisibility: () => {
      for (const message of messages) message.handle = undefined;
      wake();
    },
    size: () => messages.length,
    bodies: () => messages.map((message) => message.Body),
    /** Whether someone waits for a message. */
    polling: () => waiting.size > 0,
  };
};
export type MemoryQueue = ReturnType<typeof createMemoryQueue>;

const shown = ({ MessageId, Body, MessageAttributes, received, handle }: Stored) => ({
  MessageId,
  ReceiptHandle: handle,
  Body,
  MD5OfBody: createHash('md5').update(Body).digest('hex'),
  Attributes: { ApproximateReceiveCount: String(received) },
  MessageAttributes,
});
