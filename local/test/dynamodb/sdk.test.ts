import {
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { createDynamo } from '../../dynamodb/index.ts';
import { clientOf } from './client.ts';
import { table } from './tables.ts';

let client: DynamoDBClient;
const TableName = 'things';
const Key = { id: { S: 'a' } };

beforeAll(async () => {
  const dynamo = await createDynamo({ tables: [table(TableName)] });
  const opened = await clientOf(dynamo);
  client = opened.client;
  return opened.close;
});

describe('a condition that fails', () => {
  const Item = { ...Key, n: { N: '1' } };
  const ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
  const condition = { ConditionExpression: 'n = :two', ExpressionAttributeValues: { ':two': { N: '2' } } };
  const on = { TableName, ...condition };

  it.each([
    ['put', (more: object) => client.send(new PutItemCommand({ ...on, Item: Key, ...more }))],
    ['delete', (more: object) => client.send(new DeleteItemCommand({ ...on, Key, ...more }))],
    [
      'update',
      (more: object) => client.send(new UpdateItemCommand({ ...on, Key, UpdateExpression: 'SET m = :two', ...more })),
    ],
  ])('tells the item that it is about, where a %s asks for it', async (_, send) => {
    await client.send(new PutItemCommand({ TableName, Item }));
    const failed = { name: 'ConditionalCheckFailedException' };
    await expect(send({ ReturnValuesOnConditionCheckFailure })).rejects.toMatchObject({ ...failed, Item });
    const unasked = await send({}).catch((error: object) => error);
    expect(unasked).toMatchObject(failed);
    expect(unasked).toHaveProperty('Item', undefined);
  });

  it('tells none where none is there', async () => {
    const Other = { id: { S: 'none' } };
    const error = await client
      .send(new DeleteItemCommand({ ...on, Key: Other, ReturnValuesOnConditionCheckFailure }))
      .catch((cause: object) => cause);
    expect(error).toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(error).toHaveProperty('Item', undefined);
  });
});

it('knows a table by its ARN', async () => {
  const arn = { TableName: `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}` };
  await client.send(new PutItemCommand({ ...arn, Item: { id: { S: 'by-arn' } } }));
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: 'by-arn' } } }));
  expect(Item).toEqual({ id: { S: 'by-arn' } });
  expect((await client.send(new DescribeTableCommand(arn))).Table?.TableName).toBe(TableName);
  const asked = { KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': { S: 'by-arn' } } };
  expect((await client.send(new QueryCommand({ ...arn, ...asked }))).Count).toBe(1);
  expect((await client.send(new ScanCommand(arn))).Count).toBeGreaterThan(0);
});

it('refuses in a sentence what it does not do', async () => {
  const refused = {
    name: 'UnknownOperationException',
    message: expect.stringContaining('is not supported by the local DynamoDB'),
  };
  const statement = new ExecuteStatementCommand({ Statement: `SELECT * FROM ${TableName}` });
  await expect(client.send(statement)).rejects.toMatchObject(refused);
  const expiry = { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'x' } };
  await expect(client.send(new UpdateTimeToLiveCommand(expiry))).rejects.toMatchObject(refused);
});
