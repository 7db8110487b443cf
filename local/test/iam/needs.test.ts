import { expect, it } from 'vitest';
import type { Call } from '../../aws.ts';
import { writeIterator } from '../../dynamodb/iterator.ts';
import { createNeeds } from '../../iam/needs.ts';
import { call, graph, stage } from './graph.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table';
const jobs = 'arn:aws:sqs:us-east-1:000000000000:jobs';
const connections = 'arn:aws:execute-api:us-east-1:000000000000:abc/dev';
const QueueUrl = 'http://127.0.0.1:3000/000000000000/jobs';
const stream = `${table}/heads/stream/2000-01-01T00:00:00.000`;
const ShardIterator = writeIterator({ arn: stream, shard: 0, position: 'oldest' }, Date.now());

const cases: readonly [string, Call['input'], readonly string[]][] = [
  ['GetItem', { TableName: 'heads' }, [`dynamodb:GetItem ${table}/heads`]],
  ['GetItem', { TableName: `${table}/heads` }, [`dynamodb:GetItem ${table}/heads`]],
  ['Query', { TableName: 'heads', IndexName: 'by' }, [`dynamodb:Query ${table}/heads/index/by`]],
  [
    'BatchGetItem',
    { RequestItems: { a: {}, b: {} } },
    [`dynamodb:BatchGetItem ${table}/a`, `dynamodb:BatchGetItem ${table}/b`],
  ],
  [
    'TransactWriteItems',
    { TransactItems: [{ Put: { TableName: 'a' } }, { ConditionCheck: { TableName: 'b' } }] },
    [`dynamodb:PutItem ${table}/a`, `dynamodb:ConditionCheckItem ${table}/b`],
  ],
  ['ListTables', {}, ['dynamodb:ListTables *']],
  ['DescribeStream', { StreamArn: stream }, [`dynamodb:DescribeStream ${stream}`]],
  ['GetRecords', { ShardIterator }, [`dynamodb:GetRecords ${stream}`]],
  ['SendMessageBatch', { QueueUrl }, [`sqs:SendMessage ${jobs}`]],
  ['DeleteMessageBatch', { QueueUrl }, [`sqs:DeleteMessage ${jobs}`]],
  ['ChangeMessageVisibilityBatch', { QueueUrl }, [`sqs:ChangeMessageVisibility ${jobs}`]],
  ['GetQueueUrl', { QueueName: 'jobs' }, [`sqs:GetQueueUrl ${jobs}`]],
  ['ListQueues', {}, ['sqs:ListQueues *']],
  [
    'PostToConnection',
    { stage: 'dev', ConnectionId: 'c=' },
    [`execute-api:ManageConnections ${connections}/POST/@connections/c=`],
  ],
  [
    'GetConnection',
    { stage: 'dev', ConnectionId: 'c=' },
    [`execute-api:ManageConnections ${connections}/GET/@connections/c=`],
  ],
  ['HeadObject', { Bucket: 'files', Key: 'a/b' }, ['s3:GetObject arn:aws:s3:::files/a/b']],
  ['ListObjectsV2', { Bucket: 'files' }, ['s3:ListBucket arn:aws:s3:::files']],
  [
    'DeleteObjects',
    { Bucket: 'files', Delete: { Objects: [{ Key: 'a' }, { Key: 'b' }] } },
    ['s3:DeleteObject arn:aws:s3:::files/a', 's3:DeleteObject arn:aws:s3:::files/b'],
  ],
  [
    'CopyObject',
    { Bucket: 'files', Key: 'new', CopySource: '/other/old%20one' },
    ['s3:PutObject arn:aws:s3:::files/new', 's3:GetObject arn:aws:s3:::other/old one'],
  ],
];

it.each(cases)('%s %j needs %j', (operation, input, expected) => {
  const needs = createNeeds(graph(stage))(call(operation, input));
  expect(needs.map(({ action, resource }) => `${action} ${resource}`)).toEqual(expected);
});
