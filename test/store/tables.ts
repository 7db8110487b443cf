import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Layer, startStorage } from 'pulumi-local';
import { afterAll, afterEach, inject } from 'vitest';
import type { Delivery } from '../../domain/delivery.ts';
import { createConnections } from '../../store/connections.ts';
import { createDeliveries, createReceipts } from '../../store/deliveries.ts';
import { createHeads } from '../../store/heads.ts';
import { createLog } from '../../store/log.ts';

/** The program's tables and queues over the wire, with nobody at work on them. */
const startTables = async () => {
  let layer: Layer = (_, next) => next();
  const storage = await startStorage({
    graph: inject('program'),
    services: ['dynamodb', 'sqs'],
    layers: [(call, next) => layer(call, next)],
  });
  const access = {
    endpoint: storage.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'operator', secretAccessKey: 'local' },
  };
  const database = DynamoDBDocumentClient.from(new DynamoDBClient({ ...access, maxAttempts: 1 }));
  const sqs = new SQSClient(access);
  const name = (output: string) => String(storage.graph.outputs[output]);
  const queueUrl = name('deliveriesQueueUrl');
  const deadLettersUrl = name('deadLetterQueueUrl');
  const taken = async (url: string): Promise<readonly string[]> => {
    const bodies: string[] = [];
    const call = (operation: string, input: object) =>
      storage.dispatch({ service: 'sqs', operation, input: { QueueUrl: url, ...input } });
    for (;;) {
      const answer = await call('ReceiveMessage', { MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
      const messages = (answer as { Messages?: { Body: string; ReceiptHandle: string }[] }).Messages ?? [];
      if (messages.length === 0) return bodies;
      for (const { Body, ReceiptHandle } of messages) {
        bodies.push(Body);
        await call('DeleteMessage', { ReceiptHandle });
      }
    }
  };
  return {
    /** For programs that look for a runtime. */
    port: Number(new URL(storage.endpoint).port),
    outputs: storage.graph.outputs,
    /** For code that makes its own functions of the tables. */
    database,
    names: { heads: name('headsTable'), log: name('logTable'), connections: name('connectionsTable') },
    heads: createHeads(database, name('headsTable')),
    log: createLog(database, name('logTable')),
    // Tests make connections of any age: at this time none of them is over.
    connections: createConnections(database, name('connectionsTable'), () => 0),
    deliveries: createDeliveries(sqs, queueUrl),
    sqs,
    urls: { queue: queueUrl, deadLetters: deadLettersUrl },
    /** Puts a layer before the engines, to count calls or to make them fail. */
    through: (next: Layer) => {
      layer = next;
    },
    /** All deliveries that wait in the queue, taken out of it: those of a group in order. */
    queued: async (): Promise<readonly Delivery[]> =>
      (await taken(queueUrl)).map((body) => JSON.parse(body) as Delivery),
    /** Makes what was received from the queue visible again at once. */
    comeBack: (receiptHandles: readonly string[]) =>
      createReceipts(sqs, { queue: queueUrl, deadLetters: deadLettersUrl }).comeBack(receiptHandles, 0),
    /** Takes what was received out of the queue. */
    remove: async (receiptHandles: readonly string[]) => {
      for (const ReceiptHandle of receiptHandles)
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    },
    /** The bodies of all dead letters, taken out of their queue. */
    dead: () => taken(deadLettersUrl),
    close: async () => {
      database.destroy();
      sqs.destroy();
      await storage.close();
    },
  };
};

export type Tables = Awaited<ReturnType<typeof startTables>>;

/** Tables for the tests of a file. After each test nothing stands before the engines any more, and no message waits. */
export const tablesOfFile = async (): Promise<Tables> => {
  const tables = await startTables();
  afterEach(async () => {
    tables.through((_, next) => next());
    await tables.queued();
  });
  afterAll(() => tables.close());
  return tables;
};
