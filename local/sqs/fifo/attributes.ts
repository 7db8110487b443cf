import type { Input } from '../input.ts';
import { chosenOf } from '../queueAttributes.ts';
import type { FifoQueue } from './queue.ts';

/** Answers GetQueueAttributes. */
export const attributesOf = ({ definition, counts }: FifoQueue, input: Input, now: number): object => {
  const { visible, inFlight, delayed } = counts(now);
  const all = {
    ...definition.attributes,
    QueueArn: definition.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
  return chosenOf(all, input);
};
