import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createQueues } from '../../sqs/index.ts';
import { fifo } from './fifo.ts';
import { arnOf, receive, remove, send } from './queues.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fifo-'));
});
afterEach(() => rm(folder, { recursive: true }));

const bodies = (messages: readonly { readonly Body: string }[]) => messages.map(({ Body }) => Body);

it('keeps order, counts and what was sent, through a kill -9; what was in flight to who was killed is visible', async () => {
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(writer.stdout, 'data');
  writer.kill('SIGKILL');
  await once(writer, 'exit');

  const queues = await createQueues({ queues: [fifo('work.fifo')], dataDir: folder });
  try {
    await send(queues, 'work.fifo', '1', { MessageGroupId: 'a', MessageDeduplicationId: '1' });
    await send(queues, 'work.fifo', '7', { MessageGroupId: 'a', MessageDeduplicationId: '7' });
    const all = await receive(queues, 'work.fifo', { AttributeNames: ['All'] });
    expect(all.map(({ Body, Attributes }) => [Body, Attributes?.ApproximateReceiveCount])).toEqual([
      ['2', '2'],
      ['3', '2'],
      ['4', '2'],
      ['5', '1'],
      ['6', '1'],
      ['7', '1'],
      ['other', '1'],
    ]);
  } finally {
    await queues.close();
  }
});

it('keeps dead letters, and what was purged or deleted stays away', async () => {
  const redrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead.fifo'), maxReceiveCount: 1 });
  const program = [fifo('work.fifo', { redrivePolicy }), fifo('dead.fifo'), fifo('purged.fifo')];
  const before = await createQueues({ queues: program, dataDir: folder });
  const ids = { MessageGroupId: 'a', MessageDeduplicationId: 'x' };
  await send(before, 'purged.fifo', 'purged', ids);
  await before.engine('PurgeQueue', { QueueUrl: 'purged.fifo' });
  await send(before, 'work.fifo', 'poison', ids);
  await receive(before, 'work.fifo', { VisibilityTimeout: 0 });
  await send(before, 'work.fifo', 'deleted', { ...ids, MessageDeduplicationId: 'y' });
  for (const message of await receive(before, 'work.fifo')) await remove(before, 'work.fifo', message);
  await before.close();

  const after = await createQueues({ queues: program, dataDir: folder });
  expect(bodies(await receive(after, 'purged.fifo'))).toEqual([]);
  expect(bodies(await receive(after, 'work.fifo'))).toEqual([]);
  expect(bodies(await receive(after, 'dead.fifo'))).toEqual(['poison']);
  await after.close();
});
