import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Layer, startStorage } from 'pulumi-local';
import { afterAll, afterEach } from 'vitest';
import { createConnections } from '../../store/connections.ts';
import { createDeliveries, decode, type Message } from '../../store/deliveries.ts';
import { createHeads } from '../../store/heads.ts';
import { createLog } from '../../store/log.ts';

/** The program's tables and queues over the wire, with nobody at work on them. */
const startTables = async () => {
  let layer: Layer = (_, next) => next();
  const storage = await startStorage({
    project: '.',
    stack: 'dev',
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
  return {
    /** For code that makes its own functions of the tables. */
    database,
    names: { heads: name('headsTable'), log: name('logTable'), connections: name('connectionsTable') },
    heads: createHeads(database, name('headsTable')),
    log: createLog(database, name('logTable')),
    // Tests make connections of any age: at this time none of them is over.
    connections: createConnections(database, name('connectionsTable'), () => 0),
    deliveries: createDeliveries(sqs, queueUrl),
    /** Puts a layer before the engines, to count calls or to make them fail. */
    through: (next: Layer) => {
      layer = next;
    },
    /** All messages that wait in the queue, taken out of it. */
    queued: async (): Promise<readonly Message[]> => {
      const taken: Message[] = [];
      const call = (operation: string, input: object) =>
        storage.dispatch({ service: 'sqs', operation, input: { QueueUrl: queueUrl, ...input } });
      for (;;) {
        const answer = await call('ReceiveMessage', { MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
        const messages = (answer as { Messages?: { Body: string; ReceiptHandle: string }[] }).Messages ?? [];
        if (messages.length === 0) return taken;
        for (const { Body, ReceiptHandle } of messages) {
          taken.push(decode(Body));
          await call('DeleteMessage', { ReceiptHandle });
        }
      }
    },
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
