import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createRequestHandler } from './request-handler.ts';
import { Sha256 } from './sha256.ts';

/** A quarter less for each call than with what the SDK does them with. */
const calls = { requestHandler: createRequestHandler(), sha256: Sha256 };

export const documentClient = (config: DynamoDBClientConfig = {}): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ ...calls, ...config }));

export const queueClient = (): SQSClient => new SQSClient(calls);
