import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { databaseHistory } from '../../../replay/history/database.ts';
import { fileHistory } from '../../../replay/history/file.ts';
import type { History } from '../../../replay/history/history.ts';
import type { Source, Tables } from './messages.ts';

/** How long one request may take, in ms: many times what the slowest takes. */
const patience = 10_000;

export const clientOf = ({ endpoint }: Tables): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      region: 'us-east-1',
      endpoint,
      // The runtime takes any access key that names no function for the operator's.
      credentials: { accessKeyId: 'operator', secretAccessKey: 'local' },
      requestHandler: { requestTimeout: patience },
      maxAttempts: 2,
    }),
  );

export const historyOf = async (source: Source): Promise<History> =>
  source.from === 'file'
    ? fileHistory(source.file, source.file.name)
    : databaseHistory('the local runtime', clientOf(source), source.tables);
