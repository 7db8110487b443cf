import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach } from 'vitest';
import { resourcesOf } from '../../local/aws.ts';
import { createDoor, type Layer } from '../../local/door/door.ts';
import { createHttpFront } from '../../local/door/http.ts';
import { createDynamo } from '../../local/dynamodb/index.ts';
import { readGraph } from '../../local/graph/read.ts';
import { listen } from '../../local/server.ts';
import { createQueues } from '../../local/sqs/index.ts';
import { createConnections } from '../../store/connections.ts';
import { createDeliveries, decode, type Message } from '../../store/deliveries.ts';
import { createHeads } from '../../store/heads.ts';
import { createLog } from '../../store/log.ts';

/** The program's tables and queues over the wire, with nobody at work on them. */
const startTables = async () => {
  const server = await listen(0);
  const graph = await readGraph({ project: '.', stack: 'dev', port: server.port });
  const dynamo = await createDynamo({ tables: resourcesOf(graph, 'aws:dynamodb/table:Table') });
  const queues = await createQueues({ queues: resourcesOf(graph, 'aws:sqs/queue:Queue') });
  let layer: Layer = (_, next) => next();
  const dispatch = createDoor({ dynamodb: dynamo.engine, sqs: queues.engine }, [(call, next) => layer(call, next)]);
  const front = createHttpFront(dispatch, () => ({ kind: 'operator' }));
  server.http.on('request', (request, response) => void front(request, response));

  const access = {
    endpoint: `http://127.0.0.1:${server.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'operator', secretAccessKey: 'local' },
  };
  const database = DynamoDBDocumentClient.from(new DynamoDBClient({ ...access, maxAttempts: 1 }));
  const sqs = new SQSClient(access);
  const name = (output: string) => String(graph.outputs[output]);
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
      const caller = { kind: 'operator' } as const;
      for (;;) {
        const input = { QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 };
        const answer = await queues.engine('ReceiveMessage', input);
        const messages = (answer as { Messages?: { Body: string; ReceiptHandle: string }[] }).Messages ?? [];
        if (messages.length === 0) return taken;
        for (const { Body, ReceiptHandle } of messages) {
          taken.push(decode(Body));
          await dispatch({
            caller,
            service: 'sqs',
            operation: 'DeleteMessage',
            input: { QueueUrl: queueUrl, ReceiptHandle },
          });
        }
      }
    },
    close: async () => {
      database.destroy();
      sqs.destroy();
      await server.close();
      await queues.close();
      await dynamo.close();
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
