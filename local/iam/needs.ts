import { account, type Call, type Graph, region, resourcesOf } from '../aws.ts';
import { readIterator } from '../dynamodb/iterator.ts';

/** What a caller has to be allowed for a call. */
export interface Need {
  /** As policies name it: `dynamodb:UpdateItem`. */
  readonly action: string;
  /** An ARN, or `*` for an action that has no resource. */
  readonly resource: string;
  /** Stands for all resources that are decided on alike; without it, the resource stands for itself. */
  readonly family?: string;
}

type Input = Call['input'];

/** What each call needs. A call on several tables, or with several keys, needs each. */
export const createNeeds = (graph: Graph): ((call: Call) => Need[]) => {
  const apiOfStage = new Map(
    resourcesOf(graph, 'aws:apigatewayv2/stage:Stage').map(({ outputs }) => [outputs.name, String(outputs.apiId)]),
  );
  return ({ service, operation, input }) => {
    switch (service) {
      case 'dynamodb':
        return dynamodb(operation, input);
      case 'sqs':
        return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource: queueArn(input) }];
      case 's3':
        return s3(operation, input);
      case 'execute-api':
        return [connection(operation, input, apiOfStage.get(input.stage) ?? 'unknown')];
    }
  };
};

const dynamodb = (operation: string, input: Input): Need[] => {
  const need = (resource: string, action = operation): Need => ({ action: `dynamodb:${action}`, resource });
  switch (operation) {
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(fields(input.RequestItems)).map((table) => need(tableArn(table)));
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return list(input.TransactItems).flatMap((item) =>
        Object.entries(fields(item)).map(([verb, { TableName }]) =>
          need(tableArn(TableName), verb === 'ConditionCheck' ? 'ConditionCheckItem' : `${verb}Item`),
        ),
      );
    case 'GetRecords':
      return [need(readIterator(String(input.ShardIterator), Date.now()).arn)];
    default: {
      if (typeof input.StreamArn === 'string') return [need(input.StreamArn)];
      if (typeof input.TableName !== 'string') return [need('*')];
      const table = tableArn(input.TableName);
      return [need(typeof input.IndexName === 'string' ? `${table}/index/${input.IndexName}` : table)];
    }
  }
};

/** Tables are called by name or by ARN. */
const tableArn = (table: unknown): string =>
  String(table).startsWith('arn:') ? String(table) : `arn:aws:dynamodb:${region}:${account}:table/${table}`;

const queueArn = ({ QueueUrl, QueueName, SourceArn }: Input): string => {
  if (typeof SourceArn === 'string') return SourceArn;
  const name = typeof QueueUrl === 'string' ? QueueUrl.split('/').at(-1) : QueueName;
  return name === undefined ? '*' : `arn:aws:sqs:${region}:${account}:${name}`;
};

const methods: Readonly<Record<string, string>> = {
  PostToConnection: 'POST',
  GetConnection: 'GET',
  DeleteConnection: 'DELETE',
};

const connection = (operation: string, { stage, ConnectionId: id }: Input, api: string): Need => {
  const family = `arn:aws:execute-api:${region}:${account}:${api}/${stage}/${methods[operation]}/@connections/`;
  // API Gateway makes up the ids, so no policy tells one connection from another.
  return { action: 'execute-api:ManageConnections', resource: `${family}${id}`, family };
};

/** S3's operations whose action has another name. Source: Service Authorization Reference, Amazon S3. */
const s3Actions: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  DeleteObjects: 'DeleteObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  CopyObject: 'PutObject',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  ListParts: 'ListMultipartUploadParts',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  HeadBucket: 'ListBucket',
  ListBuckets: 'ListAllMyBuckets',
};

const s3 = (operation: string, { Bucket, Key, CopySource, Delete }: Input): Need[] => {
  const need = (path: unknown, action = s3Actions[operation] ?? operation): Need => ({
    action: `s3:${action}`,
    resource: `arn:aws:s3:::${path}`,
  });
  if (operation === 'DeleteObjects')
    return list(fields(Delete).Objects).map((object) => need(`${Bucket}/${fields(object).Key}`));
  if (Bucket === undefined) return [{ ...need(''), resource: '*' }];
  const own = need(Key === undefined ? Bucket : `${Bucket}/${Key}`);
  if (typeof CopySource !== 'string') return [own];
  return [own, need(decodeURIComponent(CopySource).replace(/^\//, ''), 'GetObject')];
};

const fields = (value: unknown): Record<string, Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
