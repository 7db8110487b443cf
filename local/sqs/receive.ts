import type { Disorder } from './disorder.ts';
import type { Queue } from './fauxqs.ts';
import { type Input, receivingOf } from './input.ts';
import type { MessageAttributes } from './messageAttributes.ts';

/** A message as a receiver gets it. */
export interface Received {
  readonly MessageAttributes?: MessageAttributes;
  readonly MD5OfMessageAttributes?: string;
}

export interface ReceiveOptions {
  readonly queue: Queue;
  readonly input: Input;
  /** Receives what there is, without waiting. */
  readonly take: (input: Input) => Promise<readonly Received[]>;
  readonly disorder: Disorder | undefined;
  readonly closed: () => boolean;
}

/**
 * Receives messages, waiting for the first one as long as the call or the queue says. fauxqs wakes all who wait when a
 * message comes, and those who get none of it would return empty-handed and early: here they wait on, as in SQS.
 */
export const receive = async ({ queue, input, take, disorder, closed }: ReceiveOptions): Promise<object> => {
  const { most, waitSeconds } = receivingOf(input, queue.attributes);
  const deadline = performance.now() + waitSeconds * 1000;
  const unwaiting = { ...input, WaitTimeSeconds: 0 };
  for (;;) {
    disorder?.disturb(queue.messages, most);
    const messages = await take(unwaiting);
    const repeats = disorder?.repeats(queue.name, most - messages.length) ?? [];
    disorder?.delivered(queue.name, messages);
    const left = (deadline - performance.now()) / 1000;
    const all = [...messages, ...repeats];
    if (all.length > 0) return { Messages: all };
    if (left <= 0 || closed()) return {};
    await queue.waitForMessages(left);
    if (closed()) return {};
  }
};
