import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createConnections } from '../../store/connections.ts';
import { createHeads } from '../../store/heads.ts';
import { createLog } from '../../store/log.ts';

const clientOf = (accessKeyId: string, port: number) => ({
  endpoint: `http://127.0.0.1:${port}`,
  region: 'us-east-1',
  credentials: { accessKeyId, secretAccessKey: 'local' },
});

/** A DynamoDB client that calls as `accessKeyId`: a function's name, or anything else for the person at this machine. */
export const databaseAs = (accessKeyId: string, port: number): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient(clientOf(accessKeyId, port)));

/** Messages in a queue, those that are delayed or being worked on included. */
const countOf = async (sqs: SQSClient, url: unknown): Promise<number> => {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: String(url), AttributeNames: ['All'] }),
  );
  return (
    Number(Attributes?.ApproximateNumberOfMessages) +
    Number(Attributes?.ApproximateNumberOfMessagesNotVisible) +
    Number(Attributes?.ApproximateNumberOfMessagesDelayed)
  );
};

/** The tables and queues of a system that runs on a port, for whoever may look into all. `outputs`: of its Pulumi program. */
export const lookInto = (port: number, outputs: Readonly<Record<string, unknown>>) => {
  const database = databaseAs('operator', port);
  const sqs = new SQSClient(clientOf('operator', port));
  const table = (output: string) => String(outputs[output]);
  return {
    database,
    heads: createHeads(database, table('headsTable')),
    log: createLog(database, table('logTable')),
    connections: createConnections(database, table('connectionsTable')),
    /** How many deliveries are still on their way. */
    queued: () => countOf(sqs, outputs.deliveriesQueueUrl),
    /** How many deliveries were given up. */
    dead: () => countOf(sqs, outputs.deadLetterQueueUrl),
    /** Ends the connections to them. */
    leave: () => {
      database.destroy();
      sqs.destroy();
    },
  };
};

export type Tables = ReturnType<typeof lookInto>;
