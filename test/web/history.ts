import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { databaseHistory, type HistoryTables } from '../../replay/history/database.ts';
import type { History } from '../../replay/history/history.ts';

const tables: HistoryTables = { heads: 'log-heads', log: 'log-pages', connections: 'connections' };

/** The history of the runtime on a port, as the command line reads it. */
export const localHistory = (port: number): History => {
  const client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'operator', secretAccessKey: 'local' },
  });
  return databaseHistory('the local runtime', DynamoDBDocumentClient.from(client), tables);
};
