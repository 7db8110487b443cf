import { expect, it } from 'vitest';
import { createQueues } from '../../sqs/index.ts';
import { fifo } from './fifo.ts';
import { arnOf, queue } from './queues.ts';

const redrive = (target: string) => ({
  redrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(target), maxReceiveCount: 2 }),
});

it.each([
  [
    'a FIFO queue without .fifo in its name',
    [fifo('work')],
    'must be letters, digits, hyphens and underscores and end in',
  ],
  ['.fifo in the name of a standard queue', [queue('work.fifo')], 'one that ends in .fifo needs fifoQueue'],
  ['a name of 81 characters', [fifo(`${'x'.repeat(76)}.fifo`)], '80 characters at most'],
  [
    'a limit per group without deduplication per group',
    [fifo('work.fifo', { fifoThroughputLimit: 'perMessageGroupId' })],
    'may only be perMessageGroupId where deduplicationScope is messageGroup',
  ],
  ['an unknown scope', [fifo('work.fifo', { deduplicationScope: 'group' })], 'The queue work.fifo cannot be read'],
  ['a standard queue that deduplicates', [queue('work', { contentBasedDeduplication: true })], 'need fifoQueue'],
  [
    'a standard dead-letter queue of a FIFO one',
    [fifo('work.fifo', redrive('dead')), queue('dead')],
    'work.fifo is a FIFO queue, and its dead-letter queue dead is not',
  ],
  [
    'a FIFO dead-letter queue of a standard one',
    [queue('work', redrive('dead.fifo')), fifo('dead.fifo')],
    'work is no FIFO queue, but its dead-letter queue dead.fifo is one',
  ],
])('stops the start for %s', async (_, queues, message) => {
  await expect(createQueues({ queues })).rejects.toThrow(message);
});
