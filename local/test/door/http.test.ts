import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { ConditionalCheckFailedException, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { QueueDoesNotExist, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AwsError, type Call } from '../../aws.ts';
import { isAwsRequest } from '../../door/address.ts';
import { createHttpFront } from '../../door/http.ts';
import { type LocalServer, listen } from '../../server.ts';

let server: LocalServer;
let calls: Call[] = [];
let answer: () => object = () => ({});
/** What the SDKs' clients have in common: they call as the function `fold`. */
let config: {
  endpoint: string;
  region: string;
  maxAttempts: number;
  credentials: object & { accessKeyId: string; secretAccessKey: string };
};

beforeAll(async () => {
  server = await listen(0);
  const front = createHttpFront(
    async (call) => {
      calls.push(call);
      return answer();
    },
    (key) => (key === 'fold' ? { kind: 'function', name: 'fold', role: 'role' } : { kind: 'operator' }),
  );
  server.open({
    request: (request, response) => {
      if (isAwsRequest(request)) void front(request, response);
      else response.writeHead(204).end();
    },
  });
  config = {
    endpoint: `http://127.0.0.1:${server.port}`,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'fold', secretAccessKey: 'local' },
  };
});
afterAll(() => server.close());
beforeEach(() => {
  calls = [];
  answer = () => ({});
});

const fold = { kind: 'function', name: 'fold', role: 'role' };

describe('calls of the AWS SDK', () => {
  it('are read with their service, operation, input and caller, and answered', async () => {
    answer = () => ({ Item: { id: { S: 'a' } } });
    const client = new DynamoDBClient(config);
    const { Item } = await client.send(new GetItemCommand({ TableName: 'heads', Key: { id: { S: 'ä' } } }));
    expect(Item).toEqual({ id: { S: 'a' } });
    const input = { TableName: 'heads', Key: { id: { S: 'ä' } } };
    expect(calls).toEqual([{ service: 'dynamodb', operation: 'GetItem', input, caller: fold }]);
  });

  it('reach streams and queues as well', async () => {
    const target = { 'x-amz-target': 'DynamoDBStreams_20120810.DescribeStream' };
    await fetch(config.endpoint, { method: 'POST', headers: target, body: '{"StreamArn":"arn"}' });
    answer = () => ({ MessageId: 'm' });
    const queue = { QueueUrl: `${config.endpoint}/000000000000/jobs`, MessageBody: 'x' };
    await new SQSClient({ ...config, md5: false }).send(new SendMessageCommand(queue));
    expect(calls.map(({ service, operation }) => [service, operation])).toEqual([
      ['dynamodb', 'DescribeStream'],
      ['sqs', 'SendMessage'],
    ]);
  });

  it('reach connections, with the id decoded and the data as bytes', async () => {
    const client = new ApiGatewayManagementApiClient({ ...config, endpoint: `${config.endpoint}/dev` });
    const ConnectionId = 'Pivg7HQcOAspVO/k=';
    await client.send(new PostToConnectionCommand({ ConnectionId, Data: 'héllo' }));
    await client.send(new GetConnectionCommand({ ConnectionId }));
    await client.send(new DeleteConnectionCommand({ ConnectionId }));
    expect(calls.map(({ service, operation }) => [service, operation])).toEqual([
      ['execute-api', 'PostToConnection'],
      ['execute-api', 'GetConnection'],
      ['execute-api', 'DeleteConnection'],
    ]);
    expect(calls[0]?.input).toEqual({ stage: 'dev', ConnectionId, Data: Buffer.from('héllo') });
  });

  it('are the operator’s if signed by nobody that is known', async () => {
    const client = new DynamoDBClient({ ...config, credentials: { accessKeyId: 'AKIA', secretAccessKey: 'x' } });
    await client.send(new GetItemCommand({ TableName: 'heads', Key: {} }));
    expect(calls[0]?.caller).toEqual({ kind: 'operator' });
  });
});

/** A request that is known by its signature alone. */
const signed = (service: string): RequestInit => ({
  method: 'POST',
  headers: {
    authorization: `AWS4-HMAC-SHA256 Credential=me/20261201/us-east-1/${service}/aws4_request, SignedHeaders=host`,
  },
});

describe('requests about connections', () => {
  const ConnectionId = 'Pivg7HQcOAspVO/k=';
  const id = encodeURIComponent(ConnectionId);
  it.each([
    `/dev/@connections/${id}`,
    `/dev/@connections/${id}/`,
    `/dev/%40connections/${id}`,
    `/dev/@connections/${id}?x=1`,
  ])('are known by the path %s', async (path) => {
    const { status } = await fetch(`${config.endpoint}${path}`, { method: 'POST', body: 'x' });
    expect(status).toBe(200);
    expect(calls[0]?.input).toEqual({ stage: 'dev', ConnectionId, Data: Buffer.from('x') });
  });
});

describe('errors', () => {
  it('of SQS say what older programs know them by', async () => {
    answer = () => {
      throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    };
    const failed = new SQSClient(config).send(new SendMessageCommand({ QueueUrl: config.endpoint, MessageBody: 'x' }));
    await expect(failed).rejects.toThrow(QueueDoesNotExist);
    await expect(failed).rejects.toMatchObject({
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
      $metadata: { requestId: expect.stringMatching(/^[\da-f-]{36}$/) },
    });
  });

  it('reach the SDK as the classes that AWS’s own would be', async () => {
    answer = () => {
      throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
    };
    const failed = new DynamoDBClient(config).send(new GetItemCommand({ TableName: 'heads', Key: {} }));
    await expect(failed).rejects.toThrow(ConditionalCheckFailedException);
    await expect(failed).rejects.toThrow('The conditional request failed');
    answer = () => {
      throw new AwsError('GoneException', 'Gone.', 410);
    };
    const gateway = new ApiGatewayManagementApiClient({ ...config, endpoint: `${config.endpoint}/dev` });
    const post = gateway.send(new PostToConnectionCommand({ ConnectionId: 'x=', Data: 'x' }));
    await expect(post).rejects.toThrow(GoneException);
  });

  it('are 500 for a fault of our own', async () => {
    answer = () => {
      throw new TypeError('a bug');
    };
    const failed = new DynamoDBClient(config).send(new GetItemCommand({ TableName: 'heads', Key: {} }));
    await expect(failed).rejects.toMatchObject({
      name: 'InternalServerError',
      $metadata: { httpStatusCode: 500 },
    });
  });

  it.each([
    [
      'a service that is not here',
      { headers: { 'x-amz-target': 'Kinesis_20131202.PutRecord' }, method: 'POST' },
      '/',
      404,
    ],
    ['a method that connections do not have', { method: 'PUT' }, '/dev/@connections/x', 403],
    ['connections without an id', { method: 'GET' }, '/dev/@connections', 403],
    ['connections without a stage', { method: 'POST' }, '/@connections/x', 403],
    ['connections below more than a stage', { method: 'POST' }, '/v1/dev/@connections/x', 403],
    ['a signed request for a service that is not here', signed('sts'), '/', 404],
    ['a signed request for no path of API Gateway’s', signed('execute-api'), '/index.html', 403],
    ['a request of SQS’s in its old protocol', { ...signed('sqs'), body: 'Action=ListQueues' }, '/', 404],
    [
      'a body that is no JSON object',
      { headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem' }, method: 'POST', body: '[]' },
      '/',
      400,
    ],
    [
      'a body that is no JSON',
      { headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem' }, method: 'POST', body: '{' },
      '/',
      400,
    ],
    ['an id that is no URL', { method: 'GET' }, '/dev/@connections/%E0%A4%A', 400],
  ])('are told for %s', async (_, init, path, status) => {
    const response = await fetch(`${config.endpoint}${path}`, init);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ __type: expect.stringMatching(/Exception$/), message: expect.any(String) });
    expect(calls).toEqual([]);
  });
});

it('leaves all other requests to the pages', async () => {
  for (const path of ['/', '/dev', '/dev/connections/x', '/connections/x'])
    expect((await fetch(`${config.endpoint}${path}`)).status).toBe(204);
});
