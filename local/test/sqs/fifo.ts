import {
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Resource } from '../../aws.ts';
import { createDoor } from '../../door/door.ts';
import { createHttpFront } from '../../door/http.ts';
import { listen } from '../../server.ts';
import { createQueues, type QueuesOptions } from '../../sqs/index.ts';
import { queue, urlOf } from './queues.ts';

/** A FIFO queue as a Pulumi program registers it. */
export const fifo = (name: string, inputs: Record<string, unknown> = {}): Resource =>
  queue(name, { fifoQueue: true, ...inputs });

/** Queues behind the HTTP front, and the AWS SDK's client in front of it. `pass` lets time pass for the queues. */
export const startQueues = async (queues: readonly Resource[], options: Partial<QueuesOptions> = {}) => {
  let passed = 0;
  const all = await createQueues({ queues, now: () => Date.now() + passed, ...options });
  const server = await listen(0);
  const front = createHttpFront(createDoor({ sqs: all.engine }, []), () => ({ kind: 'operator' }));
  server.open({ request: (request, response) => void front(request, response) });
  const client = new SQSClient({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    useQueueUrlAsEndpoint: false,
  });
  let sent = 0;
  const send = (name: string, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
    client.send(
      new SendMessageCommand({
        QueueUrl: urlOf(name),
        MessageBody,
        MessageGroupId: 'a',
        MessageDeduplicationId: String(++sent),
        ...more,
      }),
    );
  const receive = async (name: string, more: Partial<ReceiveMessageCommandInput> = {}) => {
    const command = new ReceiveMessageCommand({ QueueUrl: urlOf(name), MaxNumberOfMessages: 10, ...more });
    return (await client.send(command)).Messages ?? [];
  };
  return {
    client,
    engine: all.engine,
    send,
    receive,
    bodies: async (name: string, more: Partial<ReceiveMessageCommandInput> = {}) =>
      (await receive(name, more)).map(({ Body }) => Body),
    pass: (seconds: number) => {
      passed += seconds * 1000;
    },
    close: async () => {
      await all.close();
      client.destroy();
      await server.close();
    },
  };
};
export type StartedQueues = Awaited<ReturnType<typeof startQueues>>;
