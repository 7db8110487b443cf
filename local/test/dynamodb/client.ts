import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createHttpFront } from '../../door/http.ts';
import type { Dynamo } from '../../dynamodb/index.ts';

/** The SDK's client for tables that run here, and how to end it and them. */
export const clientOf = async (dynamo: Dynamo) => {
  const server = createServer(
    createHttpFront(
      ({ operation, input }) => dynamo.engine(operation, input),
      () => ({ kind: 'operator' }),
    ),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'me', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const close = async () => {
    client.destroy();
    server.close();
    await dynamo.close();
  };
  return { client, close };
};
