import { createQueues } from '../../sqs/index.ts';
import { fifo } from './fifo.ts';
import { receive, remove, send } from './queues.ts';

/** Sends 1 to 6 to a queue in the folder given, deletes one, has two in flight and one given back, and waits to be killed. */
const queues = await createQueues({ queues: [fifo('work.fifo')], dataDir: process.argv[2] ?? '' });
for (const body of ['1', '2', '3', '4', '5', '6']) {
  await send(queues, 'work.fifo', body, { MessageGroupId: 'a', MessageDeduplicationId: body });
}
await send(queues, 'work.fifo', 'other', { MessageGroupId: 'b', MessageDeduplicationId: 'other' });
const [one, two] = await receive(queues, 'work.fifo', { MaxNumberOfMessages: 4 });
if (one) await remove(queues, 'work.fifo', one);
await queues.engine('ChangeMessageVisibility', {
  QueueUrl: 'work.fifo',
  ReceiptHandle: two?.ReceiptHandle,
  VisibilityTimeout: 0,
});
process.stdout.write('ready');
setInterval(() => {}, 1000);
