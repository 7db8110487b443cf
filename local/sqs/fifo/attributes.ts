import { type Input, namesOf } from './input.ts';
import type { FifoQueue } from './queue.ts';

/** Answers GetQueueAttributes. */
export const attributesOf = ({ definition, counts }: FifoQueue, input: Input, now: number): object => {
  const { visible, inFlight, delayed } = counts(now);
  const all: Record<string, string> = {
    ...definition.attributes,
    QueueArn: definition.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
  const names = namesOf(input, 'AttributeNames');
  return {
    Attributes: Object.fromEntries(
      Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name)),
    ),
  };
};
