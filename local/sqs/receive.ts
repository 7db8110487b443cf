import type { Disorder } from './disorder.ts';
import type { Queue } from './fauxqs.ts';

export interface ReceiveOptions {
  readonly queue: Queue;
  readonly input: Readonly<Record<string, unknown>>;
  /** Receives what there is, without waiting. */
  readonly take: (input: Readonly<Record<string, unknown>>) => Promise<{ readonly Messages?: readonly object[] }>;
  readonly disorder: Disorder | undefined;
  readonly closed: () => boolean;
}

/** SQS waits 20 seconds at most (API reference of ReceiveMessage: WaitTimeSeconds). */
const maxWait = 20;

/**
 * Receives messages, waiting for the first one as long as the call or the queue says. fauxqs wakes all who wait when a
 * message comes, and those who get none of it would return empty-handed and early: here they wait on, as in SQS.
 */
export const receive = async ({ queue, input, take, disorder, closed }: ReceiveOptions): Promise<object> => {
  const seconds = Number(input.WaitTimeSeconds ?? queue.attributes.ReceiveMessageWaitTimeSeconds ?? 0);
  const most = Number(input.MaxNumberOfMessages ?? 1);
  const deadline = performance.now() + seconds * 1000;
  // A wait that SQS refuses is passed on, to be refused.
  const unwaiting = { ...input, WaitTimeSeconds: seconds >= 0 && seconds <= maxWait ? 0 : seconds };
  for (;;) {
    disorder?.disturb(queue.messages, most);
    const { Messages: messages = [] } = await take(unwaiting);
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
