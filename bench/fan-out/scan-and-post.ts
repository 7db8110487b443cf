import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { startRuntime } from '../runtime.ts';
import { onRuntime } from './on-runtime.ts';
import type { System } from './system.ts';

const program = join(import.meta.dirname, '..', 'seed-design');

/** The counter of `bench/seed-design/`, on a local runtime of its own. */
export const startScanAndPost = async (): Promise<System> => {
  const runtime = await startRuntime(program);
  const { countersTable } = await runtime.outputs();
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'local' };
  const database = DynamoDBDocumentClient.from(
    new DynamoDBClient({ region: 'us-east-1', credentials, endpoint: runtime.endpoint }),
  );
  const system = onRuntime(runtime);
  return {
    ...system,
    title: 'scan and post',
    kept: async () => {
      const counter = { TableName: String(countersTable), Key: { id: 'global-counter' }, ConsistentRead: true };
      const { Item } = await database.send(new GetCommand(counter));
      return Number(Item?.value ?? 0);
    },
    close: async () => {
      database.destroy();
      await system.close();
    },
  };
};
